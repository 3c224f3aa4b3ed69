package journal

import (
	"context"
	"fmt"
	"sort"
	"strings"

	"yitang/internal/store"
)

func dumpTable(ctx context.Context, r store.Reader, table string) ([]string, error) {
	rows, err := r.Query(ctx, `SELECT * FROM `+table)
	if err != nil {
		return nil, fmt.Errorf("dumping %s: %w", table, err)
	}
	defer rows.Close()
	cols, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	var out []string
	for rows.Next() {
		vals := make([]any, len(cols))
		ptrs := make([]any, len(cols))
		for i := range vals {
			ptrs[i] = &vals[i]
		}
		if err := rows.Scan(ptrs...); err != nil {
			return nil, err
		}
		parts := make([]string, len(cols))
		for i, v := range vals {
			if b, ok := v.([]byte); ok {
				v = string(b)
			}
			parts[i] = fmt.Sprintf("%s=%v", cols[i], v)
		}
		sort.Strings(parts)
		out = append(out, strings.Join(parts, " | "))
	}
	sort.Strings(out)
	return out, rows.Err()
}
