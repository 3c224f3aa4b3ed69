package document

// The official page, in millimetres. Source: GB/T 9704-2012, 5.1 and 5.2.
const (
	paperWidth  = 210.0
	paperHeight = 297.0
	marginTop   = 37.0
	marginLeft  = 28.0
	typeWidth   = 156.0
	typeHeight  = 225.0

	linesPerPage = 22
	cellsPerLine = 28

	typeTop    = marginTop
	typeBottom = marginTop + typeHeight
	typeRight  = marginLeft + typeWidth
)

// Type sizes in points, by their Chinese numbers.
const (
	size2 = 22.0 // 2号: title
	size3 = 16.0 // 3号: running text
	size4 = 14.0 // 4号: page number, colophon
	sizeS = 12.0 // 小4号: tables
	size9 = 9.0  // 小5号: what stands beside the code
)

const (
	perMM = 72 / 25.4 // points in a millimetre

	bodyEm = size3 / perMM

	// The top of the first line and the bottom of the last are those of the
	// type area, and so are the left of the first cell and the right of the
	// last; what is between is shared out evenly.
	linePitch = (typeHeight - bodyEm) / (linesPerPage - 1)
	cellPitch = (typeWidth - bodyEm) / (cellsPerLine - 1)

	// How far the baseline is below the top of a character's cell, in ems.
	// True of the built-in face and usual for Chinese type.
	ascent = 0.88
)
