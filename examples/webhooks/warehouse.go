package main

import (
	"context"
	"log"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/webhook"
)

// Warehouse hears of orders.
type Warehouse struct {
	hears  *webhook.Receiver
	packed []string
}

type orderCreated struct {
	webhook.Headers
	Body struct {
		Type string `json:"type" check:"const=order.created"`
		Data Order  `json:"data"`
	}
}

func (w *Warehouse) pack(_ context.Context, in *orderCreated) (tenon.NoContent, error) {
	log.Printf("packing %s for event %s", in.Body.Data.Item, in.ID)
	w.packed = append(w.packed, in.Body.Data.Item)
	return tenon.NoContent{}, nil
}

// Routes registers what the warehouse hears.
func (w *Warehouse) Routes(r *tenon.Router) {
	tenon.Post(r, "/hooks/orders", w.pack, w.hears.Option())
}
