package material

import (
	"slices"
	"strings"

	"yitang/internal/blob"
	"yitang/internal/dossier"
)

// pictures are the papers that are a picture themselves: booklets and visa
// forms are made with it, and a text that contains one is of no use there.
var pictures = []dossier.MaterialKind{"M26", "M34"}

// IsPicture tells whether only a picture serves as this kind of paper.
func IsPicture(kind dossier.MaterialKind) bool { return slices.Contains(pictures, kind) }

// texts are the papers that are read as a text: a picture of one says nothing of it.
var texts = []dossier.MaterialKind{"M46"}

// IsText tells whether only a text serves as this kind of paper.
func IsText(kind dossier.MaterialKind) bool { return slices.Contains(texts, kind) }

// Serves tells whether a type of file serves as this kind of paper.
func Serves(kind dossier.MaterialKind, t blob.Type) bool { return slices.Contains(Types(kind), t) }

// Types are the types of file that serve as this kind of paper.
func Types(kind dossier.MaterialKind) []blob.Type {
	if IsPicture(kind) {
		return []blob.Type{blob.JPEG, blob.PNG}
	}
	if IsText(kind) {
		return []blob.Type{blob.PDF, blob.DOCX}
	}
	return []blob.Type{blob.PDF, blob.JPEG, blob.PNG, blob.DOCX, blob.XLSX}
}

// Accept is the same as endings, for a file picker: .jpg,.jpeg,.png.
func Accept(kind dossier.MaterialKind) string {
	var out []string
	for _, t := range Types(kind) {
		out = append(out, t.Ext())
		if t == blob.JPEG {
			out = append(out, ".jpeg")
		}
	}
	return strings.Join(out, ",")
}
