package wechat

import (
	"context"
	"time"
)

// Who doesn't take the account's messages is known from what WeChat refuses, or tells
// of one that it took, until they follow the account (again) or say that they take them.

// blockLife is how long that is counted on, should nobody ever say otherwise.
const blockLife = 5 * 365 * 24 * time.Hour

func (c *Client) blockName(openID string) string { return "blocks:" + c.Name(openID) }

// Blocks notes that somebody takes no messages of the account.
func (c *Client) Blocks(ctx context.Context, openID string) error {
	if since, err := c.BlockedSince(ctx, openID); err != nil || !since.IsZero() {
		return err
	}
	return c.shelf.put(ctx, c.blockName(openID), c.journal.Now().UTC().Format(time.RFC3339), blockLife)
}

// Takes notes that they do again.
func (c *Client) Takes(ctx context.Context, openID string) error {
	_, err := c.shelf.take(ctx, c.blockName(openID))
	return err
}

// BlockedSince is from when on somebody took no messages; zero for who takes them.
func (c *Client) BlockedSince(ctx context.Context, openID string) (time.Time, error) {
	text, _, err := c.shelf.get(ctx, c.blockName(openID))
	if err != nil || text == "" {
		return time.Time{}, err
	}
	return time.Parse(time.RFC3339, text)
}
