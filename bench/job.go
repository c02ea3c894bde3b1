package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/tenonapi/tenon/bench/work"
)

// A job is one operation: the request that is timed and the rules that a
// contender must keep before it is.
type job struct {
	name  string
	timed rule
	rules func() []rule // made when asked for, so that they are not in memory while the job is timed
}

// A rule is one request and what every contender must make of it.
type rule struct {
	name     string
	request  request
	status   int    // of the answer; 0 means any from 400 to 499
	want     string // the answer as JSON, compared as decoded; unused if status is 0
	location string // the Location header; "" means it is not looked at
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

func (r request) build() *http.Request {
	built := httptest.NewRequest(r.method, r.target, strings.NewReader(r.body))
	if r.media != "" {
		built.Header.Set("Content-Type", r.media)
	}
	return built
}

// jobs returns everything that can be measured.
func jobs() []job {
	return []job{postOrder(), getOrder(), listOrders(), postInvoice()}
}

func postOrder() job {
	return job{
		name:  "post-order",
		timed: goodOrder("the timed request", `"cus_8Jq2Lx0vN4"`, "129900", `"EUR"`),
		rules: orderRules,
	}
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
