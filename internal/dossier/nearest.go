package dossier

import "strings"

// Nearest is the known word most like the one typed: fewest letters to add,
// drop, change or swap, capitals and separators counting for nothing.
func Nearest(typed string, known []string) string {
	best, least := "", 0
	for _, k := range known {
		d := distance(plainKey(typed), plainKey(k))
		if best == "" || d < least {
			best, least = k, d
		}
	}
	return best
}

func plainKey(s string) []rune {
	return []rune(strings.NewReplacer("_", "", "-", "", " ", "", ".", "").Replace(strings.ToLower(s)))
}

// distance is the optimal string alignment distance: a swap of neighbours is one
// mistake, as fingers make it.
func distance(a, b []rune) int {
	if len(a) > 200 { // a key so long resembles nothing; don't spend time on it
		a = a[:200]
	}
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			d := min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, rows[i-2][j-2]+1)
			}
			rows[i][j] = d
		}
	}
	return rows[len(a)][len(b)]
}
