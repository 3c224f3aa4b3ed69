package blob

// SetSegmentSize makes segments small, so that a test fills several.
func SetSegmentSize(f *Folder, bytes int64) { f.full = bytes }

// AtOnce is how many files are read at the same time.
var AtOnce = cap(reading)
