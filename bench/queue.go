package main

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"

	"yitang/internal/approval"
	"yitang/internal/calendar"
)

// queueing is B2: what one look at a desk costs, the first page and the exact
// counters of all four filters, among many cases. The baseline is the same
// rows in a plain table with the index that its ORDER BY needs, counted by
// COUNT; both must count the same.
func queueing(ctx context.Context, s settings, _ limits) error {
	c, err := openCity(ctx, s.Data)
	if err != nil {
		return err
	}
	defer c.close()
	all, err := c.count(ctx)
	if err != nil {
		return err
	}
	today := calendar.DateOf(c.office.Journal.Now())
	desk, err := c.busiest(ctx, today)
	if err != nil {
		return err
	}
	dir, remove, err := scratch()
	if err != nil {
		return err
	}
	defer remove()
	db, err := plainQueue(ctx, dir, filepath.Join(s.Data, "office", "node.db"))
	if err != nil {
		return fmt.Errorf("b2, plain table: %w", err)
	}
	defer db.Close()
	var tally, counted map[approval.Filter]approval.Tally
	var page []approval.QueueRow
	var first string
	var got, base measured
	for range turns {
		m, err := repeat(ctx, 1, s.Seconds/turns, func(ctx context.Context) error {
			var err error
			if page, err = approval.Queue(ctx, c.office.Store, desk, approval.AllCases, approval.After{}, approval.PageSize); err != nil {
				return err
			}
			tally, err = approval.Tallies(ctx, c.office.Store, desk, today)
			return err
		})
		if err != nil {
			return fmt.Errorf("b2: %w", err)
		}
		got.join(m)
		m, err = repeat(ctx, 1, s.Seconds/turns, func(ctx context.Context) error {
			var err error
			if first, err = plainPage(ctx, db, desk); err != nil {
				return err
			}
			counted, err = plainCount(ctx, db, desk, today)
			return err
		})
		if err != nil {
			return fmt.Errorf("b2, plain table: %w", err)
		}
		base.join(m)
	}
	for _, f := range approval.Filters() {
		if n, ok := counted[f]; !ok || tally[f] != n {
			return fmt.Errorf("b2: the %s counter says %+v, there are %+v", f, tally[f], n)
		}
	}
	if len(page) > 0 && first != page[0].Filing {
		return fmt.Errorf("b2: the page begins with %s, the plain table with %s", page[0].Filing, first)
	}
	fmt.Printf("b2   first %d of %d on the %s desk and exact counters, among %d cases: p50 %.2f ms, p99 %.2f ms (aim: 1.5 ms among 1,000,000)\n",
		len(page), tally[approval.AllCases].All, desk, all, got.ms(.5), got.ms(.99))
	fmt.Printf("     bare SQLite (plain table with an index, LIMIT %d and COUNT): p50 %.2f ms, p99 %.2f ms; ratio of p99 %.1f; the counters agree\n",
		approval.PageSize, base.ms(.5), base.ms(.99), base.ms(.99)/got.ms(.99))
	return nil
}

func (c *city) busiest(ctx context.Context, today calendar.Date) (string, error) {
	desks, err := approval.Hanging(ctx, c.office.Store, today)
	if err != nil {
		return "", err
	}
	var most approval.Hang
	for _, h := range desks {
		if h.Tally.All > most.Tally.All {
			most = h
		}
	}
	if most.Desk == "" {
		return "", fmt.Errorf("no case lies on any desk: fill the folder first")
	}
	return most.Desk, nil
}

// plainQueue copies the queue's rows, as they are, into a table without more
// than one index.
func plainQueue(ctx context.Context, dir, from string) (*sql.DB, error) {
	db, err := bare(ctx, dir, `PRAGMA cache_size = -16000`)
	if err != nil {
		return nil, err
	}
	if _, err := db.ExecContext(ctx, `ATTACH $1 AS office`, from); err != nil {
		db.Close()
		return nil, err
	}
	_, err = db.ExecContext(ctx, `CREATE TABLE plain AS SELECT * FROM office.approval_queue;
CREATE INDEX plain_by_desk ON plain (desk, due, filing);
DETACH office;
ANALYZE`)
	if err != nil {
		db.Close()
		return nil, err
	}
	return db, nil
}

func plainPage(ctx context.Context, db *sql.DB, desk string) (string, error) {
	rows, err := db.QueryContext(ctx, `SELECT * FROM plain WHERE desk = $1 ORDER BY due, filing LIMIT $2`, desk, approval.PageSize)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return "", err
	}
	row, into := make([]any, len(names)), make([]any, len(names))
	for i := range row {
		into[i] = &row[i]
	}
	var first string
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return "", err
		}
		if first == "" {
			first, _ = row[0].(string)
		}
	}
	return first, rows.Err()
}

func plainCount(ctx context.Context, db *sql.DB, desk string, today calendar.Date) (map[approval.Filter]approval.Tally, error) {
	conditions := map[approval.Filter]string{approval.AllCases: "1", approval.Clean: "questions = 0", approval.Corrected: "corrected = 1", approval.Urgent: "urgent = 1"}
	out := map[approval.Filter]approval.Tally{}
	for f, where := range conditions {
		var t approval.Tally
		err := db.QueryRowContext(ctx, `SELECT COUNT(*), COUNT(CASE WHEN due < $2 THEN 1 END), COUNT(CASE WHEN due = $2 THEN 1 END)
FROM plain WHERE desk = $1 AND `+where, desk, today.String()).Scan(&t.All, &t.Overdue, &t.Today)
		if err != nil {
			return nil, err
		}
		out[f] = t
	}
	return out, nil
}
