package sqlitestore_test

import (
	"context"
	"database/sql"
	"errors"
	"log"
	"net/http"
	"testing"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/adapters/sqlitestore"
	"github.com/tenonapi/tenon/idempotency"
	"github.com/tenonapi/tenon/tenontest"
)

// Note is what the service of the guide keeps.
type Note struct {
	Text string `json:"text" check:"minLength=1,maxLength=200"`
	Seen int    `json:"seen" readOnly:"true"`
}

// Notes writes notes in the transaction of a request.
type Notes struct{ tx *sqlitestore.Tx }

// Add adds a note.
func (n Notes) Add(ctx context.Context, note Note) error {
	_, err := n.tx.Exec(ctx, "INSERT INTO notes (text) VALUES (?)", note.Text)
	return err
}

func newNotes(_ context.Context, in *struct{ Tx *sqlitestore.Tx }) (Notes, error) {
	return Notes{in.Tx}, nil
}

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
	Text   string `query:"text"`
	Reader *sqlitestore.Reader
}

func findNote(ctx context.Context, in *search) (Note, error) {
	note := Note{Text: in.Text}
	err := in.Reader.QueryRow(ctx, "SELECT seen FROM notes WHERE text = ?", in.Text).Scan(&note.Seen)
	if errors.Is(err, sql.ErrNoRows) {
		return Note{}, errNoNote
	}
	return note, err
}

func newService(store *sqlitestore.Store) (*tenon.App, error) {
	return tenon.New(tenon.Config{Title: "Notes", Version: "1"}, func(r *tenon.Router) {
		r.Use(tenon.Value(tenon.Caller("ada")), tenon.MapError(errNoNote, http.StatusNotFound, "note_not_found", "Note was not found"))

		r.Use(store.Providers(), tenon.Provide(newNotes))
		tenon.Post(r, "/notes", addNote, idempotency.Require(idempotency.Config{}))
		tenon.Get(r, "/notes", findNote, tenon.Errors(errNoNote))
	})
}

func Example() {
	store, err := sqlitestore.Open(context.Background(), sqlitestore.Config{
		Path: "data/notes.db", AcquireTimeout: 2 * time.Second,
	})
	if err != nil {
		log.Fatal(err)
	}
	app, err := newService(store)
	if err != nil {
		log.Fatal(err)
	}
	err = tenon.Serve(context.Background(), app, tenon.ServerConfig{Addr: ":8080"})
	if err = errors.Join(err, store.Close()); err != nil {
		log.Print(err)
	}
}

func TestTheServiceOfTheGuide(t *testing.T) {
	app, err := newService(open(t, sqlitestore.Config{}))
	if err != nil {
		t.Fatal(err)
	}
	c := tenontest.New(t, app)
	if r := c.Do("GET", "/notes?text=a", ""); r.Status != http.StatusNotFound {
		t.Errorf("the answer is %d, want 404", r.Status)
	}
	for range 2 {
		if r := c.Do("POST", "/notes", `{"text":"a"}`, "Idempotency-Key: k"); r.Status != http.StatusCreated {
			t.Errorf("the answer is %d %s", r.Status, r.Body)
		}
	}
	if r := c.Do("GET", "/notes?text=a", ""); r.Status != http.StatusOK {
		t.Errorf("the answer is %d %s", r.Status, r.Body)
	}
}

func ExampleMemo() {
	store, err := sqlitestore.Open(context.Background(), sqlitestore.Config{Path: "notes.db"})
	if err != nil {
		log.Fatal(err)
	}
	seen := sqlitestore.NewMemo(store.Reader(), func(ctx context.Context, text string) (n int, err error) {
		err = store.Reader().Lookup(ctx, "SELECT seen FROM notes WHERE text = ?", text).Scan(&n)
		return n, err
	})

	n, err := seen.Get(context.Background(), "buy milk") // in a handler, with its context
	if errors.Is(err, sql.ErrNoRows) {
		log.Print("no such note")
	}
	log.Print(n, err)
}
