package main

import (
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/tenonapi/tenon/bench/work"
)

// A job is one operation: the request that is timed and the rules that a
// contender must keep before it is.
type job struct {
	name  string
	timed rule
	rules func() []rule        // made when asked for, so that they are not in memory while the job is timed; nil adds none
	part  func(codec) entrance // what is measured of a contender; nil means the whole API
}

// A rule is one request and what every contender must make of it.
type rule struct {
	name     string
	request  request
	status   int      // of the answer; 0 means any from 400 to 499
	want     string   // the answer as JSON, compared as decoded; unused if status is 0
	location string   // the Location header; "" means it is not looked at
	names    []string // texts that the answer must contain
}

// request is what a client sends.
type request struct {
	method string
	target string
	media  string // Content-Type; "" sends none
	body   string
}

func get(target string) request {
	return request{method: http.MethodGet, target: target}
}

func post(target, body string) request {
	return request{method: http.MethodPost, target: target, media: "application/json", body: body}
}

// jobs returns everything that can be measured.
func jobs() []job {
	return []job{
		postOrder(), postOrderInvalid(), getOrder(), listOrders(), postInvoice(),
		decodeOrder(), decodeInvoice(), encodeOrder(), encodeInvoice(), encodeList(),
	}
}

func postOrder() job {
	return job{
		name:  "post-order",
		timed: goodOrder("the timed request", `"cus_8Jq2Lx0vN4"`, "129900", `"EUR"`),
		rules: orderRules,
	}
}

// postOrderInvalid is an order with three violations, all of which the answer names.
func postOrderInvalid() job {
	invalid := badOrder("the timed request", orderBody(`""`, "0", `"eur"`))
	invalid.names = []string{"customer_id", "amount_cents", "currency"}
	return job{name: "post-order-invalid", timed: invalid}
}

func getOrder() job {
	order, err := work.FindOrder(work.NewID)
	return job{
		name: "get-order",
		timed: rule{
			name:    "the timed request",
			request: get("/v1/orders/" + work.NewID.String()),
			status:  http.StatusOK,
			want:    mustJSON(order, err),
		},
		rules: orderIDRules,
	}
}

func listOrders() job {
	return job{
		name:  "list-orders",
		timed: goodList("the timed request", "?limit=20&cursor="+work.Cursor, 20, work.Cursor),
		rules: listRules,
	}
}

func postInvoice() job {
	return job{
		name:  "post-invoice",
		timed: goodInvoice("the timed request", mustJSON(work.SampleInvoice(100), nil)),
		rules: invoiceRules,
	}
}

// mustJSON encodes a value of this program, which cannot fail.
func mustJSON(v any, err error) string {
	if err != nil {
		panic(fmt.Sprintf("bench: %v", err))
	}
	text, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("bench: %v", err))
	}
	return string(text)
}
