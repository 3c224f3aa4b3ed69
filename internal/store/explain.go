package store

import "yitang/internal/fault"

// explain gives errors that people can do something about their own kind.
func explain(err error) error {
	switch {
	case err == nil:
		return nil
	case IsFull(err):
		return fault.Unavailable("disk.full", err)
	case sqliteReadOnly(err):
		return fault.Unavailable("disk.readonly", err)
	}
	return err
}
