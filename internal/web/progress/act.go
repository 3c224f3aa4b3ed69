package progress

import (
	"context"

	"yitang/internal/visit"
	"yitang/internal/web/ui"
)

// ActName names an act that somebody comes for: 采集面部、指纹和签名.
func ActName(ctx context.Context, kind string) string { return ui.Say(ctx, visit.Kind(kind).Text()) }
