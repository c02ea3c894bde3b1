package main

import (
	"net/http"
	"slices"

	"github.com/tenonapi/tenon/bench/work"
)

// decodeOrder is what post-order does with its body, without HTTP.
func decodeOrder() job {
	return job{
		name:  "decode-order",
		timed: ofBody(postOrder().timed)[0],
		rules: func() []rule { return ofBody(orderRules()...) },
		part: func(c codec) entrance {
			return decoding[work.CreateOrder]{decode: c.decodeOrder, reply: func(in *work.CreateOrder) any { return work.NewOrder(in) }}
		},
	}
}

// decodeInvoice is what post-invoice does with its body, without HTTP.
func decodeInvoice() job {
	return job{
		name:  "decode-invoice",
		timed: postInvoice().timed,
		rules: invoiceRules,
		part: func(c codec) entrance {
			return decoding[work.CreateInvoice]{decode: c.decodeInvoice, reply: func(in *work.CreateInvoice) any { return work.Bill(in) }}
		},
	}
}

func encodeOrder() job {
	order, err := work.FindOrder(work.NewID)
	return job{
		name:  "encode-order",
		timed: rule{name: "the order", status: http.StatusOK, want: mustJSON(order, err)},
		part:  func(c codec) entrance { return encoding[work.Order]{c.encodeOrder, order} },
	}
}

func encodeInvoice() job {
	invoice := work.SampleInvoice(100)
	return job{
		name:  "encode-invoice",
		timed: rule{name: "the invoice", status: http.StatusOK, want: mustJSON(invoice, nil)},
		part:  func(c codec) entrance { return encoding[work.CreateInvoice]{c.encodeInvoice, invoice} },
	}
}

func encodeList() job {
	page, err := work.ListOrders(work.Customer, 20, "")
	return job{
		name:  "encode-list",
		timed: rule{name: "the list", status: http.StatusOK, want: mustJSON(page, err)},
		part:  func(c codec) entrance { return encoding[work.OrderPage]{c.encodeList, page} },
	}
}

// ofBody returns those of the rules that are about the body, as they are
// without headers.
func ofBody(rules ...rule) []rule {
	rules = slices.DeleteFunc(slices.Clone(rules), func(r rule) bool { return r.request.media != "application/json" })
	for i := range rules {
		rules[i].location = ""
	}
	return rules
}
