package main

import (
	"context"
	"encoding/json"
	"net/http/httptest"
	"net/netip"
	"testing"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/tenontest"
	"github.com/tenonapi/tenon/webhook"
)

func TestTheWarehouseHearsOfOrders(t *testing.T) {
	guard := webhook.Guard{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}}
	shop, err := newShop(guard)
	assert.NoError(t, err)
	settled := make(chan webhook.Report)
	shop.sender, err = webhook.NewDispatcher(webhook.Config{Store: &shop.hooks, Guard: guard, Observe: func(r webhook.Report) { settled <- r }})
	assert.NoError(t, err)
	app, err := tenon.New(tenon.Config{Title: "Shop", Version: "1"}, shop.Routes)
	assert.NoError(t, err)
	c := tenontest.New(t, app)

	server := httptest.NewUnstartedServer(nil) // the warehouse has its secret when it is registered
	url := "http://" + server.Listener.Addr().String() + "/hooks/orders"
	var e Endpoint
	assert.NoError(t, json.Unmarshal(c.Do("POST", "/v1/webhook-endpoints", `{"url":"`+url+`","events":["order.created"]}`).Body, &e))
	secret, err := webhook.ParseSecret(e.Secret)
	assert.NoError(t, err)
	hears, err := webhook.NewReceiver(webhook.ReceiverConfig{Secrets: []webhook.Secret{secret}})
	assert.NoError(t, err)
	warehouse := &Warehouse{hears: hears}
	receiver, err := tenon.New(tenon.Config{Title: "Warehouse", Version: "1"}, warehouse.Routes)
	assert.NoError(t, err)
	server.Config.Handler = receiver
	server.Start()
	t.Cleanup(server.Close)

	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- shop.sender.Run(ctx) }()
	assert.Equal(t, c.Do("POST", "/v1/orders", `{"item":"unicorn"}`).Status, 409)
	assert.Equal(t, c.Do("POST", "/v1/orders", `{"item":"anvil"}`).Status, 200)
	first := <-settled
	assert.Equal(t, first.State, webhook.Delivered)
	assert.Equal(t, c.Do("POST", "/v1/webhook-endpoints/"+e.ID+"/rotate", "").Status, 200)
	assert.Equal(t, c.Do("POST", "/v1/webhook-deliveries/"+first.Delivery+"/replay", "").Status, 204)
	again := <-settled
	assert.Equal(t, again.Event, first.Event)
	assert.Equal(t, again.Attempt.Status, 204, "signed by the old secret, too, and received before")
	assert.Equal(t, warehouse.packed, []string{"anvil"})

	var list []Delivery
	assert.NoError(t, json.Unmarshal(c.Do("GET", "/v1/webhook-endpoints/"+e.ID+"/deliveries", "").Body, &list))
	assert.Equal(t, list, []Delivery{{ID: first.Delivery, Event: first.Event, Type: "order.created", State: webhook.Delivered, Attempts: 2}})
	stop()
	assert.NoError(t, <-ended)
}

func TestEndpointsAreTheirOwnersAndPublic(t *testing.T) {
	shop, err := newShop(webhook.Guard{})
	assert.NoError(t, err)
	app, err := tenon.New(tenon.Config{Title: "Shop", Version: "1"}, shop.Routes)
	assert.NoError(t, err)
	c := tenontest.New(t, app)
	tests := []struct {
		method, target, body string
		status               int
	}{
		{"POST", "/v1/webhook-endpoints", `{"url":"https://169.254.169.254/","events":[]}`, 422},
		{"POST", "/v1/webhook-endpoints", `{"url":"https://receiver.example/","events":["order.lost"]}`, 422},
		{"POST", "/v1/webhook-endpoints", `{"url":"https://receiver.example/","events":[]}`, 201},
		{"POST", "/v1/webhook-endpoints/ep_1/rotate", "", 404},
		{"GET", "/v1/webhook-endpoints/ep_1/deliveries", "", 404},
		{"POST", "/v1/webhook-deliveries/dlv_1/replay", "", 404},
	}
	for _, tt := range tests {
		assert.Equal(t, c.Do(tt.method, tt.target, tt.body).Status, tt.status, tt.target)
	}
}
