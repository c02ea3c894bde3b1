package main

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/tenontest"
)

func euro(context.Context) (float64, error) { return 1, nil }

func start(t *testing.T, store *Store, bank Bank) *tenontest.Client {
	t.Helper()
	numbers.Store(0)
	app, err := newApp(store, bank)
	assert.NoError(t, err)
	return tenontest.New(t, app)
}

func page(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../docs/dependencies.md")
	assert.NoError(t, err)
	return string(text)
}

// answers compares answers with those of a table in the guide.
func TestAnswersAreThoseOfTheGuide(t *testing.T) {
	c := start(t, new(Store), euro)
	for _, row := range []struct{ request, member, body, want string }{
		{"GET /price", "", "", "20"},
		{"GET /price", "ann", "", "10"},
		{"GET /matinee/price", "ann", "", "6"},
		{"POST /bookings", "", `{"seat":"A1"}`, "401 members_only"},
		{"POST /bookings", "ann", `{"seat":"1A"}`, "422 body.seat: String should match pattern '^[A-Z][1-9]$'"},
		{"POST /bookings", "ann", `{"seat":"A1"}`, `{"seat":"A1","ticket":1,"receipt":2}`},
		{"POST /bookings", "bob", `{"seat":"A1"}`, "422 body.seat: Seat is taken"},
	} {
		method, target, _ := strings.Cut(row.request, " ")
		r := c.Do(method, target, row.body, "X-Member: "+row.member)
		got := string(r.Body)
		if r.Status >= 400 {
			p := c.Problem(r)
			got = fmt.Sprint(r.Status, " ", p.Code)
			if len(p.Issues) > 0 {
				got = fmt.Sprint(r.Status, " ", p.Issues[0].String())
			}
		}
		assert.Equal(t, got, row.want)
		assert.Contains(t, page(t), fmt.Sprintf("| `%s` | %s | %s | `%s` |\n", row.request, row.member, quoted(row.body), row.want))
	}
}

func quoted(s string) string {
	if s == "" {
		return ""
	}
	return "`" + s + "`"
}

// A conflict is met by a new transaction, and is the answer when that does not help.
func TestLostRaces(t *testing.T) {
	store := new(Store)
	app, err := newApp(store, euro)
	assert.NoError(t, err)
	races := 0
	c := tenontest.New(t, app, tenon.Guard(func(context.Context, *struct{ _ Seats }) error {
		if races > 0 { // somebody else books meanwhile
			races--
			tx := store.Begin()
			tx.Take(fmt.Sprint("Z", races), "zoe")
			return tx.Commit()
		}
		return nil
	}))
	races = 2
	assert.Equal(t, c.Do("POST", "/bookings", `{"seat":"B1"}`, "X-Member: ann").Status, 200)
	races = 3
	r := c.Do("POST", "/bookings", `{"seat":"B2"}`, "X-Member: ann")
	assert.Equal(t, c.Problem(r).Code, "conflict")
	assert.Equal(t, store.Begin().Taken("B2"), false)
	assert.Equal(t, store.Begin().Taken("B1"), true)
}

func TestASlowBankIsATimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := start(t, new(Store), func(ctx context.Context) (float64, error) {
			<-ctx.Done()
			return 0, ctx.Err()
		})
		begin := time.Now()
		assert.Equal(t, c.Problem(c.Do("GET", "/price", "")).Code, "timeout")
		assert.Equal(t, time.Since(begin), 200*time.Millisecond)
	})
}

func TestOverrides(t *testing.T) {
	app, err := newApp(new(Store), euro)
	assert.NoError(t, err)
	c := tenontest.New(t, app, tenon.Value(Member{ID: "eve"}), tenon.Value(Rate(3)))
	assert.Equal(t, string(c.Do("GET", "/price", "").Body), "30")
	assert.Equal(t, c.Do("POST", "/bookings", `{"seat":"C1"}`).Status, 200)
}

// A soldOut theatre has no seats.
type soldOut struct{}

func (soldOut) Taken(string) bool   { return true }
func (soldOut) Take(string, string) {}
func (soldOut) Transactional()      {}

func TestOverridesOfWhatBelongsToATransaction(t *testing.T) {
	app, err := newApp(new(Store), euro)
	assert.NoError(t, err)
	c := tenontest.New(t, app, tenon.Scoped(func(context.Context, *struct{}) (Seats, tenon.Close, error) { return soldOut{}, nil, nil }))
	assert.Equal(t, c.Do("POST", "/bookings", `{"seat":"C1"}`, "X-Member: ann").Status, 422)
	_, err = app.With(tenon.Value[Seats](soldOut{}))
	assert.Contains(t, err.Error(), "gives a main.Seats, which belongs to a transaction, but neither opens a scope nor needs one")
}

func TestExplainIsThatOfTheGuide(t *testing.T) {
	app, err := newApp(new(Store), euro)
	assert.NoError(t, err)
	for _, text := range app.Explain() {
		if strings.HasPrefix(text, "POST /bookings") {
			text = strings.ReplaceAll(text, " dependencies.", " main.") // as the program says it
			assert.Contains(t, page(t), regexp.MustCompile(`\S*/(main\.go:\d+)`).ReplaceAllString(text, "$1"))
		}
	}
}
