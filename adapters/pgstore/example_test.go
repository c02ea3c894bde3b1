package pgstore_test

import (
	"context"
	"crypto/rand"
	"errors"
	"log"
	"net/http"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/adapters/pgstore"
	"github.com/tenonapi/tenon/idempotency"
	"github.com/tenonapi/tenon/tenontest"
)

// Note is what the service of the guide keeps.
type Note struct {
	Text string `json:"text" check:"minLength=1,maxLength=200"`
	Seen int    `json:"seen" readOnly:"true"`
}

// Notes writes notes in the transaction of a request.
type Notes struct{ tx pgx.Tx }

// Add adds a note.
func (n Notes) Add(ctx context.Context, note Note) error {
	_, err := n.tx.Exec(ctx, "INSERT INTO notes (text) VALUES ($1)", note.Text)
	return err
}

func notes(_ context.Context, in *struct{ Tx *pgstore.Tx }) (Notes, error) { return Notes{in.Tx}, nil }

type addition struct {
	Notes Notes
	Body  Note
}

func addNote(ctx context.Context, in *addition) (tenon.Created[Note], error) {
	if err := in.Notes.Add(ctx, in.Body); err != nil {
		return tenon.Created[Note]{}, err
	}
	return tenon.Created[Note]{Location: "/notes", Body: in.Body}, nil
}

var errNoNote = errors.New("no such note")

type search struct {
	Text string `query:"text"`
	Tx   *pgstore.ReadTx
}

func findNote(ctx context.Context, in *search) (Note, error) {
	note := Note{Text: in.Text}
	err := in.Tx.QueryRow(ctx, "SELECT seen FROM notes WHERE text = $1", in.Text).Scan(&note.Seen)
	if errors.Is(err, pgx.ErrNoRows) {
		return Note{}, errNoNote
	}
	return note, err
}

func newNotes(store *pgstore.Store) (*tenon.App, error) {
	return tenon.New(tenon.Config{Title: "Notes", Version: "1"}, func(r *tenon.Router) {
		r.Use(tenon.Value(tenon.Caller("ada")), tenon.MapError(errNoNote, http.StatusNotFound, "note_not_found", "Note was not found"))

		r.Use(store.Providers(), tenon.Provide(notes))
		tenon.Post(r, "/notes", addNote, pgstore.Retry(3), idempotency.Require(idempotency.Config{}))
		tenon.Get(r, "/notes", findNote, tenon.Errors(errNoNote))
	})
}

func Example() {
	store, err := pgstore.Open(context.Background(), pgstore.Config{
		URL: "postgres://notes@db.example/notes", MaxConns: 20, StatementTimeout: 2 * time.Second,
		Isolation: pgx.Serializable,
	})
	if err != nil {
		log.Fatal(err)
	}
	app, err := newNotes(store)
	if err != nil {
		log.Fatal(err)
	}
	err = tenon.Serve(context.Background(), app, tenon.ServerConfig{Addr: ":8080"})

	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err = errors.Join(err, store.Close(ctx)); err != nil {
		log.Print(err)
	}
}

func ExampleLookup() {
	store, err := pgstore.Open(context.Background(), pgstore.Config{URL: "postgres://notes@db.example/notes"})
	if err != nil {
		log.Fatal(err)
	}
	seen := pgstore.NewLookup(store.Reader(), "SELECT seen FROM notes WHERE text = $1",
		func(text string) []any { return []any{text} }, pgx.RowTo[int])

	n, err := seen.Get(context.Background(), "buy milk") // in a handler, with its context
	if errors.Is(err, pgx.ErrNoRows) {
		log.Print("no such note")
	}
	log.Print(n, err)
}

func TestTheServiceOfTheGuide(t *testing.T) {
	app, err := newNotes(open(t, pgstore.Config{Isolation: pgx.Serializable}))
	if err != nil {
		t.Fatal(err)
	}
	c, text := tenontest.New(t, app), rand.Text()
	if r := c.Do("GET", "/notes?text="+text, ""); r.Status != http.StatusNotFound {
		t.Errorf("the answer is %d, want 404", r.Status)
	}
	for range 2 {
		if r := c.Do("POST", "/notes", `{"text":"`+text+`"}`, "Idempotency-Key: "+text); r.Status != http.StatusCreated {
			t.Errorf("the answer is %d %s", r.Status, r.Body)
		}
	}
	if r := c.Do("GET", "/notes?text="+text, ""); r.Status != http.StatusOK {
		t.Errorf("the answer is %d %s", r.Status, r.Body)
	}
}
