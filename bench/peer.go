package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/vgarvardt/gue/v5"
	"github.com/vgarvardt/gue/v5/adapter/pgxv5"

	"yitang/internal/store/storetest"
)

// postgres is a server of this run's own, which flushes as one in use does.
type postgres struct {
	url  string
	stop func()
}

func startPostgres() (*postgres, error) {
	url, stop, err := storetest.Server(true)
	return &postgres{url, stop}, err
}

// database makes a new one and gives its URL.
func (p *postgres) database(ctx context.Context, name string) (string, error) {
	db, err := sql.Open("pgx", p.url+"postgres")
	if err != nil {
		return "", err
	}
	defer db.Close()
	if _, err := db.ExecContext(ctx, "CREATE DATABASE "+name); err != nil {
		return "", err
	}
	return p.url + name, nil
}

// The peer of b6: a queue library on PostgreSQL (docs/decisions/0030).
const (
	queueModule  = "github.com/vgarvardt/gue/v5"
	queueName    = "gue v5"
	queueWorkers = 8
)

type queue struct {
	pool   *pgxpool.Pool
	client *gue.Client
}

func openQueue(ctx context.Context, server *postgres) (*queue, error) {
	url, err := server.database(ctx, "queue")
	if err != nil {
		return nil, err
	}
	schema, err := queueSchema(ctx)
	if err != nil {
		return nil, err
	}
	q := &queue{}
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, err
	}
	config.MaxConns = queueWorkers + 1
	if q.pool, err = pgxpool.NewWithConfig(ctx, config); err != nil {
		return nil, err
	}
	if _, err = q.pool.Exec(ctx, schema+`;
CREATE TABLE note (id TEXT PRIMARY KEY, label TEXT NOT NULL, at BIGINT NOT NULL);`); err == nil {
		q.client, err = gue.NewClient(pgxv5.NewConnPool(q.pool))
	}
	if err != nil {
		q.pool.Close()
		return nil, err
	}
	return q, nil
}

// queueSchema reads the library's own table from where its source lies.
func queueSchema(ctx context.Context) (string, error) {
	dir, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}", queueModule).Output()
	if err != nil {
		return "", fmt.Errorf("asking where %s lies: %w", queueModule, err)
	}
	text, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), "migrations", "schema.sql"))
	return string(text), err
}

func (q *queue) close() { q.pool.Close() }

type noted struct {
	Label string `json:"label"`
	Text  string `json:"text"`
}

// put enqueues n jobs from the i-th on, in one transaction.
func (q *queue) put(ctx context.Context, i, n int) error {
	jobs := make([]*gue.Job, n)
	for k := range jobs {
		args, err := json.Marshal(noted{fmt.Sprint("n", i+k), noteText})
		if err != nil {
			return err
		}
		jobs[k] = &gue.Job{Type: "note", Queue: "notes", Args: args}
	}
	return q.client.EnqueueBatch(ctx, jobs)
}

// settle is what PostgreSQL does by itself after a while in use: without it the
// plan for finding the next job would sort all of them.
func (q *queue) settle(ctx context.Context) error {
	_, err := q.pool.Exec(ctx, `VACUUM ANALYZE gue_jobs`)
	return err
}

// work lets workers take jobs until ctx ends. The row and the job's end are one
// transaction.
func (q *queue) work(ctx context.Context, done *atomic.Int64) error {
	take := func(ctx context.Context, j *gue.Job) error {
		var n noted
		if err := json.Unmarshal(j.Args, &n); err != nil {
			return err
		}
		if _, err := j.Tx().Exec(ctx, `INSERT INTO note (id, label, at) VALUES ($1, $2, $3)`, j.ID.String(), n.Label, time.Now().UnixMicro()); err != nil {
			return err
		}
		return nil
	}
	finished := func(_ context.Context, _ *gue.Job, err error) {
		if err == nil {
			done.Add(1)
		}
	}
	pool, err := gue.NewWorkerPool(q.client, gue.WorkMap{"note": take}, queueWorkers, gue.WithPoolQueue("notes"), gue.WithPoolPollInterval(5*time.Millisecond),
		gue.WithPoolPollStrategy(gue.RunAtPollStrategy), // oldest first, which its index gives
		gue.WithPoolHooksJobDone(finished))
	if err != nil {
		return err
	}
	if err := pool.Run(ctx); err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// count is how many rows are there, and how many jobs aren't done.
func (q *queue) count(ctx context.Context) (rows, left int, err error) {
	err = q.pool.QueryRow(ctx, `SELECT (SELECT COUNT(*) FROM note), (SELECT COUNT(*) FROM gue_jobs)`).Scan(&rows, &left)
	return rows, left, err
}
