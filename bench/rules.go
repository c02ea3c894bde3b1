package main

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/tenonapi/tenon/bench/work"
)

const (
	ordersTarget = "/v1/orders"
	listTarget   = "/v1/customers/" + work.Customer + "/orders"
)

// orderBody returns the body of POST /v1/orders; the values are JSON text.
func orderBody(customer, amount, currency string) string {
	return fmt.Sprintf(`{"customer_id":%s,"amount_cents":%s,"currency":%s}`, customer, amount, currency)
}

// goodOrder is the rule that an order is made and answered; the values are JSON text.
func goodOrder(name, customer, amount, currency string) rule {
	return rule{
		name:     name,
		request:  post(ordersTarget, orderBody(customer, amount, currency)),
		status:   http.StatusCreated,
		location: ordersTarget + "/" + work.NewID.String(),
		want: fmt.Sprintf(`{"id":"01963b1e-5f2a-7c4d-9e8b-1a2b3c4d5e6f","status":"pending","customer_id":%s,"amount_cents":%s,"currency":%s,"created_at":"2026-03-14T15:26:53.589793Z"}`,
			customer, amount, currency),
	}
}

func badOrder(name, body string) rule {
	return rule{name: name, request: post(ordersTarget, body)}
}

// orderRules are the rules of post-order. Boundaries sit in pairs.
func orderRules() []rule {
	const customer, amount, currency = `"cus_1"`, `1`, `"EUR"`
	chars := func(char string, n int) string { return `"` + strings.Repeat(char, n) + `"` }
	body := orderBody(customer, amount, currency)

	charset := goodOrder("charset beside the media type", customer, amount, currency)
	charset.request.media = "application/json; charset=utf-8"
	text := badOrder("text/plain", body)
	text.request.media = "text/plain"
	spaced := goodOrder("white space and another order of members", customer, amount, currency)
	spaced.request.body = " {\n\t\"currency\" : \"EUR\",\r\n \"amount_cents\":1 , \"customer_id\":\"cus_1\" } \n"

	return []rule{
		charset,
		text,
		spaced,
		goodOrder("customer_id escaped", `"a\u00e9\n\"\\\ud83d\ude00b"`, amount, currency),
		goodOrder("customer_id of 1 character", `"c"`, amount, currency),
		badOrder("customer_id empty", orderBody(`""`, amount, currency)),
		goodOrder("customer_id of 64 characters", chars("c", 64), amount, currency),
		badOrder("customer_id of 65 characters", orderBody(chars("c", 65), amount, currency)),
		goodOrder("customer_id of 64 two-byte characters", chars("é", 64), amount, currency),
		badOrder("customer_id of 65 two-byte characters", orderBody(chars("é", 65), amount, currency)),
		badOrder("customer_id missing", `{"amount_cents":1,"currency":"EUR"}`),
		badOrder("customer_id null", orderBody("null", amount, currency)),
		badOrder("customer_id a number", orderBody("17", amount, currency)),
		goodOrder("amount_cents 1", customer, "1", currency),
		badOrder("amount_cents 0", orderBody(customer, "0", currency)),
		badOrder("amount_cents negative", orderBody(customer, "-1", currency)),
		goodOrder("amount_cents 10000000", customer, "10000000", currency),
		badOrder("amount_cents 10000001", orderBody(customer, "10000001", currency)),
		badOrder("amount_cents past int64", orderBody(customer, "9223372036854775808", currency)),
		badOrder("amount_cents wraps to 1", orderBody(customer, "18446744073709551617", currency)),
		badOrder("amount_cents with a fraction", orderBody(customer, "1.5", currency)),
		badOrder("amount_cents missing", `{"customer_id":"cus_1","currency":"EUR"}`),
		badOrder("amount_cents null", orderBody(customer, "null", currency)),
		badOrder("amount_cents a string", orderBody(customer, `"1"`, currency)),
		badOrder("amount_cents a bool", orderBody(customer, "true", currency)),
		goodOrder("currency A and Z", customer, amount, `"AZM"`),
		badOrder("currency of 2 letters", orderBody(customer, amount, `"EU"`)),
		badOrder("currency of 4 letters", orderBody(customer, amount, `"EURO"`)),
		badOrder("currency in lower case", orderBody(customer, amount, `"eur"`)),
		badOrder("currency before A", orderBody(customer, amount, `"@AA"`)),
		badOrder("currency after Z", orderBody(customer, amount, `"AA["`)),
		badOrder("currency with a line end", orderBody(customer, amount, `"EUR\n"`)),
		badOrder("currency missing", `{"customer_id":"cus_1","amount_cents":1}`),
		badOrder("currency null", orderBody(customer, amount, "null")),
		badOrder("currency a list", orderBody(customer, amount, `["EUR"]`)),
		badOrder("three violations", orderBody(`""`, "0", `"eur"`)),
		badOrder("body empty", ""),
		badOrder("body cut off", body[:len(body)-1]),
		badOrder("body null", "null"),
		badOrder("body a list", "["+body+"]"),
		badOrder("body not JSON", "customer_id=cus_1"),
		badOrder("trailing text", body+"x"),
		badOrder("trailing value", body+body),
	}
}

// orderIDRules are the rules of get-order.
func orderIDRules() []rule {
	id := work.NewID.String()
	bad := func(name, id string) rule { return rule{name: name, request: get(ordersTarget + "/" + id)} }
	return []rule{
		bad("unknown order", "01963b1e-5f2a-7c4d-9e8b-1a2b3c4d5e60"),
		bad("not a UUID", "17"),
		bad("one digit short", id[:35]),
		bad("one digit long", id+"0"),
		bad("without hyphens", strings.ReplaceAll(id, "-", "")),
		bad("hyphen misplaced", "01963b1e5-f2a-7c4d-9e8b-1a2b3c4d5e6f"),
		bad("in braces", "%7B"+id+"%7D"),
		bad("urn", "urn:uuid:"+id),
		bad("not hexadecimal", id[:35]+"g"),
	}
}

// goodList is the rule that a list is answered with limit orders from cursor.
func goodList(name, query string, limit int, cursor string) rule {
	page, err := work.ListOrders(work.Customer, limit, cursor)
	return rule{name: name, request: get(listTarget + query), status: http.StatusOK, want: mustJSON(page, err)}
}

// listRules are the rules of list-orders.
func listRules() []rule {
	bad := func(name, query string) rule { return rule{name: name, request: get(listTarget + query)} }
	return []rule{
		goodList("no limit", "", 20, ""),
		goodList("limit 1", "?limit=1", 1, ""),
		bad("limit 0", "?limit=0"),
		bad("limit negative", "?limit=-1"),
		goodList("limit 100", "?limit=100", 100, ""),
		bad("limit 101", "?limit=101"),
		bad("limit past int64", "?limit=9223372036854775808"),
		bad("limit not a number", "?limit=x"),
		bad("limit with a fraction", "?limit=1.5"),
		goodList("cursor alone", "?cursor="+work.Cursor, 20, work.Cursor),
		goodList("percent-encoded", "?cursor=%4D"+work.Cursor[1:]+"&limit=%32", 2, work.Cursor),
		bad("cursor unknown", "?cursor=x"),
		{name: "customer unknown", request: get("/v1/customers/nobody/orders")},
	}
}
