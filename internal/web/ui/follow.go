package ui

import "context"

type followKey struct{}

// WithFollow says which addresses of ours the reader may follow. Without it
// each may be.
func WithFollow(ctx context.Context, may func(url string) bool) context.Context {
	return context.WithValue(ctx, followKey{}, may)
}

// Follow is an address that the reader may follow, and "" for one that would
// only answer that they may not: its words then stand there without a link.
func Follow(ctx context.Context, url string) string {
	may, _ := ctx.Value(followKey{}).(func(string) bool)
	if url == "" || may == nil || may(url) {
		return url
	}
	return ""
}
