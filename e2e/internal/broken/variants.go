package main

import (
	"bytes"
	"context"
	"net/http"
	"net/netip"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/adapters/sqlitestore"
	"github.com/tenonapi/tenon/idempotency"
	"github.com/tenonapi/tenon/webhook"

	"github.com/tenonapi/tenon/services/harbor"
	"github.com/tenonapi/tenon/services/harbor/sqlite"
)

var loopback = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}

// variants are the ways in which the service can be broken.
var variants = map[string]func(*service) tenon.Option{
	"sound":              func(*service) tenon.Option { return tenon.Options() },
	"no-transaction":     noTransaction,
	"keys-in-memory":     keysInMemory,
	"buffered":           buffered,
	"offset-cursor":      offsetCursor,
	"webhook-afterwards": webhookAfterwards,
	"webhook-before":     webhookBefore,
}

// noTransaction saves keys in a transaction of their own, behind that of the order.
func noTransaction(s *service) tenon.Option { return inside[idempotency.Records](apart{s: s}) }

type apart struct {
	member
	s *service
}

func (apart) Claim(context.Context, string, string, string) error { return nil }

func (a apart) Save(ctx context.Context, r idempotency.Record) error {
	return afterwards(ctx, func(ctx context.Context) error { return a.s.store.Save(ctx, r) })
}

// keysInMemory forgets keys with the process.
func keysInMemory(*service) tenon.Option {
	memory := new(idempotency.Memory)
	return tenon.Options(tenon.Value[idempotency.Store](memory), inside[idempotency.Records](forgetful{memory: memory}))
}

type forgetful struct {
	apart
	memory *idempotency.Memory
}

func (f forgetful) Save(ctx context.Context, r idempotency.Record) error {
	return f.memory.Save(ctx, r)
}

// buffered answers first and writes orders and keys later, many at a time.
func buffered(s *service) tenon.Option {
	b := &buffer{store: s.store}
	return tenon.Options(inside[harbor.Orders](bufferedOrders{b: b}), inside[idempotency.Records](bufferedRecords{b: b}))
}

const batch = 100

type buffer struct {
	store *sqlite.Store
	mu    sync.Mutex
	put   []func(context.Context) error
}

// add puts off a write until there is a batch of them.
func (b *buffer) add(ctx context.Context, write func(context.Context) error) error {
	return afterwards(ctx, func(ctx context.Context) error {
		b.mu.Lock()
		defer b.mu.Unlock()
		if b.put = append(b.put, write); len(b.put) < batch {
			return nil
		}
		for _, write := range b.put {
			if err := write(ctx); err != nil {
				return err
			}
		}
		b.put = nil
		return nil
	})
}

type bufferedOrders struct {
	member
	b *buffer
}

const insert = `INSERT INTO orders (id, merchant_id, customer_id, amount_cents, currency, status, created_at, risk_score, internal_notes)
	VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`

func (o bufferedOrders) Add(ctx context.Context, order harbor.Order) error {
	return o.b.add(ctx, func(ctx context.Context) error {
		return o.b.store.Write(ctx, func(ctx context.Context, tx *sqlitestore.Tx) error {
			_, err := tx.Exec(ctx, insert, order.ID[:], string(order.Merchant), order.CustomerID, order.AmountCents, string(order.Currency),
				string(order.Status), order.CreatedAt.UnixMicro(), order.RiskScore, order.InternalNotes)
			return err
		})
	})
}

type bufferedRecords struct {
	apart
	b *buffer
}

func (r bufferedRecords) Save(ctx context.Context, record idempotency.Record) error {
	return r.b.add(ctx, func(ctx context.Context) error { return r.b.store.Save(ctx, record) })
}

// offsetCursor reads on by counting what was there, in place of where it stood.
func offsetCursor(s *service) tenon.Option {
	return tenon.Value[harbor.Reader](&counting{Reader: s.store, behind: make(map[harbor.OrderID]int)})
}

type counting struct {
	harbor.Reader
	mu     sync.Mutex
	behind map[harbor.OrderID]int // how many orders were there up to one that ended a page
}

func (c *counting) List(ctx context.Context, m harbor.MerchantID, customer string, before *harbor.Position, limit int) ([]harbor.Order, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	offset := 0
	if before != nil {
		offset = c.behind[before.ID]
	}
	all, err := c.Reader.List(ctx, m, customer, nil, offset+limit)
	if err != nil {
		return nil, err
	}
	for i, o := range all {
		c.behind[o.ID] = i + 1
	}
	return all[min(offset, len(all)):], nil
}

// webhookAfterwards publishes events behind the transaction.
func webhookAfterwards(s *service) tenon.Option {
	memory := new(webhook.Memory)
	s.hooks = memory
	return inside[webhook.Events](publishing{memory: memory})
}

type publishing struct {
	member
	memory *webhook.Memory
}

func (p publishing) Append(ctx context.Context, e webhook.Event) error {
	return afterwards(ctx, func(ctx context.Context) error {
		tx := p.memory.Begin()
		defer tx.Commit()
		return tx.Append(ctx, e)
	})
}

// webhookBefore sends events in the transaction, which may not come to its end.
func webhookBefore(*service) tenon.Option { return inside[webhook.Events](sending{}) }

type sending struct{ member }

func (sending) Append(ctx context.Context, e webhook.Event) error {
	secret, err := webhook.ParseSecret(os.Getenv("HARBOR_WEBHOOK_SECRET"))
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, os.Getenv("HARBOR_WEBHOOK_URL"), bytes.NewReader(e.Body))
	if err != nil {
		return err
	}
	now := time.Now()
	r.Header.Set(webhook.HeaderID, e.ID)
	r.Header.Set(webhook.HeaderTimestamp, strconv.FormatInt(now.Unix(), 10))
	r.Header.Set(webhook.HeaderSignature, secret.Sign(e.ID, now, e.Body))
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	die()
	return resp.Body.Close()
}
