package work

import (
	"fmt"
	"math"
	"time"
)

// CreateInvoice is the body of POST /v1/invoices.
type CreateInvoice struct {
	Number   string            `json:"number" check:"minLength=1,maxLength=32"`
	Customer InvoiceCustomer   `json:"customer"`
	IssuedAt time.Time         `json:"issued_at"`
	Currency string            `json:"currency" check:"pattern='^[A-Z]{3}$'"`
	Notes    string            `json:"notes" check:"maxLength=2000"`
	Lines    []InvoiceLine     `json:"lines" check:"minItems=1,maxItems=1000"`
	Metadata map[string]string `json:"metadata"`
}

// InvoiceCustomer is who pays an invoice.
type InvoiceCustomer struct {
	Name    string  `json:"name"`
	Email   string  `json:"email"`
	Address Address `json:"address"`
}

// Address is a postal address.
type Address struct {
	Street  string `json:"street"`
	City    string `json:"city"`
	Zip     string `json:"zip"`
	Country string `json:"country" check:"pattern='^[A-Z]{2}$'"`
}

// InvoiceLine is one line item. TaxRate and Discount are parts of 1; a nil
// Discount is none.
type InvoiceLine struct {
	SKU         string   `json:"sku" check:"minLength=1,maxLength=32,pattern='^[A-Z0-9-]+$'"`
	Description string   `json:"description" check:"minLength=1,maxLength=200"`
	Quantity    int      `json:"quantity" check:"ge=1,le=10000"`
	UnitCents   int64    `json:"unit_cents" check:"ge=0,le=1000000000"`
	TaxRate     float64  `json:"tax_rate" check:"ge=0,le=1"`
	Discount    *float64 `json:"discount"`
	Tags        []string `json:"tags"`
}

// InvoiceReceipt is the answer of POST /v1/invoices.
type InvoiceReceipt struct {
	Number     string `json:"number"`
	Lines      int    `json:"lines"`
	TotalCents int64  `json:"total_cents"`
}

// Bill adds up an invoice.
func Bill(in *CreateInvoice) InvoiceReceipt {
	receipt := InvoiceReceipt{Number: in.Number}
	for i := range in.Lines {
		line := &in.Lines[i]
		receipt.Add(line.Quantity, line.UnitCents, line.TaxRate, line.Discount)
	}
	return receipt
}

// Add adds one line item, rounded to a cent, halves away from zero. It is [Bill]
// for contenders that decode into types of their own.
func (r *InvoiceReceipt) Add(quantity int, unitCents int64, taxRate float64, discount *float64) {
	cents := float64(int64(quantity)*unitCents) * (1 + taxRate)
	if discount != nil {
		cents *= 1 - *discount
	}
	r.Lines++
	r.TotalCents += int64(math.Round(cents))
}

// SampleInvoice returns a valid invoice of n lines; n = 100 is about 12 KB of JSON.
func SampleInvoice(n int) CreateInvoice {
	invoice := CreateInvoice{
		Number: "INV-2026-000417",
		Customer: InvoiceCustomer{
			Name:    "Ada Lovelace",
			Email:   "ada@analytical.example",
			Address: Address{Street: "12 St James's Square", City: "London", Zip: "SW1Y 4JH", Country: "GB"},
		},
		IssuedAt: created,
		Currency: "EUR",
		Notes:    "Payable within 30 days.\nThank you for your order – Grüße aus Köln.",
		Lines:    make([]InvoiceLine, n),
		Metadata: map[string]string{"project": "engine", "cost_center": "4711", "channel": "web"},
	}
	tags := [...][]string{{}, {"eu"}, {"eu", "eol"}}
	for i := range invoice.Lines {
		line := InvoiceLine{
			SKU:         fmt.Sprintf("G-%03d", i+1),
			Description: fmt.Sprintf("Gear, %d teeth", 12+i),
			Quantity:    1 + i%9,
			UnitCents:   int64(199 + 137*i),
			TaxRate:     0.19,
			Tags:        tags[i%len(tags)],
		}
		if i%4 == 0 {
			discount := 0.05
			line.Discount = &discount
		}
		if i%10 == 0 {
			line.Description = fmt.Sprintf("Zahnräder %d", i)
		}
		invoice.Lines[i] = line
	}
	return invoice
}
