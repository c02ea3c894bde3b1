// Command dependencies is the program of the guide "Dependencies": it books the seats of a
// theatre. It prints what runs for each operation, then serves them.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/problem"
)

// FullPrice is what a seat costs those who are no members.
type FullPrice float64

// Member is who asks.
type Member struct{ ID string }

var errAnonymous = problem.New(http.StatusUnauthorized, "members_only", "Members only").With(tenon.ErrAbsent)

type memberInput struct {
	ID string `header:"X-Member" check:"maxLength=40" default:""`
}

func memberOf(_ context.Context, in *memberInput) (Member, error) {
	if in.ID == "" {
		return Member{}, errAnonymous
	}
	return Member{ID: in.ID}, nil
}

// Price is what a seat costs who asks.
type Price float64

type priceInput struct {
	Full   FullPrice
	Member tenon.Opt[Member]
}

func priceOf(_ context.Context, in *priceInput) (Price, error) {
	if _, ok := in.Member.Get(); ok {
		return Price(in.Full / 2), nil
	}
	return Price(in.Full), nil
}

// Rate is what a euro costs in the money of the visitor.
type Rate float64

// Bank is asked for rates.
type Bank func(context.Context) (float64, error)

func (b Bank) rate(ctx context.Context, _ *struct{}) (Rate, error) {
	rate, err := b(ctx)
	return Rate(rate), err
}

// Number is a number on paper, never used twice.
type Number int64

var numbers atomic.Int64

func nextNumber(context.Context, *struct{}) (Number, error) { return Number(numbers.Add(1)), nil }

// Seats is what handlers know of the store.
type Seats interface {
	Taken(seat string) bool
	Take(seat, member string)
	Transactional() // only a scope may give them
}

func (s *Store) begin(context.Context, *struct{}) (*Tx, tenon.Close, error) {
	tx := s.Begin()
	return tx, func(_ context.Context, outcome error) error {
		if outcome != nil {
			return nil // what was not committed never happened
		}
		return tx.Commit()
	}, nil
}

// Options lets operations depend on Seats, Report or Tx, all of one transaction.
func (s *Store) Options() tenon.Option {
	type inTx struct{ Tx *Tx }
	return tenon.Options(
		tenon.MapError(ErrConflict, http.StatusConflict, "conflict", "Somebody else was faster"),
		tenon.Scoped(s.begin, tenon.Errors(ErrConflict)),
		tenon.Provide(func(_ context.Context, in *inTx) (Seats, error) { return in.Tx, nil }),
		tenon.Provide(func(_ context.Context, in *inTx) (Report, error) { return in.Tx.Report(), nil }),
	)
}

// Booking is what a client sends.
type Booking struct {
	Seat string `json:"seat" check:"pattern='^[A-Z][1-9]$'"`
}

type freeInput struct {
	Seats Seats
	Body  Booking
}

func free(_ context.Context, in *freeInput) error {
	if in.Seats.Taken(in.Body.Seat) {
		return tenon.Invalid(in, &in.Body.Seat, "seat_taken", "Seat is taken")
	}
	return nil
}

func retry(ctx context.Context, _ *struct{}, c *tenon.Call) (err error) {
	for range 3 {
		if err = c.Next(ctx); !errors.Is(err, ErrConflict) {
			break
		}
	}
	return err
}

type bookInput struct {
	Member  Member
	Seats   Seats
	Ticket  Number
	Receipt Number
	Body    Booking
}

// Ticket is the answer to a booking.
type Ticket struct {
	Seat    string `json:"seat"`
	Ticket  int64  `json:"ticket"`
	Receipt int64  `json:"receipt"`
}

func book(_ context.Context, in *bookInput) (Ticket, error) {
	in.Seats.Take(in.Body.Seat, in.Member.ID)
	return Ticket{in.Body.Seat, int64(in.Ticket), int64(in.Receipt)}, nil
}

type priceQuery struct {
	Price Price
	Rate  Rate
}

func price(_ context.Context, in *priceQuery) (float64, error) {
	return float64(in.Price) * float64(in.Rate), nil
}

func newApp(store *Store, bank Bank) (*tenon.App, error) {
	return tenon.New(tenon.Config{Title: "Theatre", Version: "1.0.0"}, func(r *tenon.Router) {
		r.Use(
			tenon.Value(FullPrice(20)),
			tenon.Provide(memberOf, tenon.Errors(errAnonymous)),
			tenon.Provide(priceOf),
			tenon.Provide(bank.rate, tenon.Limits{Timeout: 200 * time.Millisecond}),
			tenon.Provide(nextNumber, tenon.Fresh()),
			store.Options(),
		)
		tenon.Get(r, "/price", price)
		tenon.Post(r, "/bookings", book, tenon.Around(retry), tenon.Guard(free))

		matinee := r.Group("/matinee", tenon.Value(FullPrice(12)))
		tenon.Get(matinee, "/price", price)
	})
}

func main() {
	euro := func(context.Context) (float64, error) { return 1, nil }
	app, err := newApp(new(Store), euro)
	if err != nil {
		log.Fatal(err)
	}
	for _, text := range app.Explain() {
		fmt.Println(text)
	}
	if err := tenon.Serve(context.Background(), app, tenon.ServerConfig{Addr: "127.0.0.1:8080"}); err != nil {
		log.Fatal(err)
	}
}
