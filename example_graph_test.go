package tenon_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"regexp"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/openapi"
	"github.com/tenonapi/tenon/problem"
)

// A Reader is who asks. Its parameter is one of each operation that needs it.
type Reader struct{ Name string }

func readerOf(_ context.Context, in *struct {
	Card string `header:"X-Card" check:"minLength=3" default:"guest"`
}) (Reader, error) {
	return Reader{Name: "reader " + in.Card}, nil
}

// greet needs a Reader: a field of that type is all it takes.
func greet(_ context.Context, in *struct{ Reader Reader }) (string, error) {
	return "Hello, " + in.Reader.Name, nil
}

func ExampleProvide() {
	app := mustNew(func(r *tenon.Router) {
		r.Use(tenon.Provide(readerOf))
		tenon.Get(r, "/greeting", greet)
	})
	show(app, "GET", "/greeting", "")
	fmt.Println(app.Document().Paths["/greeting"].Get.Parameters[0].Name)
	// Output:
	// 200
	// "Hello, reader guest"
	// X-Card
}

// A value in a group takes the place of what is further out.
func ExampleValue() {
	app := mustNew(func(r *tenon.Router) {
		r.Use(tenon.Value(Reader{"reader"}))
		tenon.Get(r, "/greeting", greet)
		tenon.Get(r.Group("/staff", tenon.Value(Reader{"colleague"})), "/greeting", greet)
	})
	show(app, "GET", "/greeting", "")
	show(app, "GET", "/staff/greeting", "")
	// Output:
	// 200
	// "Hello, reader"
	// 200
	// "Hello, colleague"
}

// A Tx stands in for a transaction of a database.
type Tx struct{ rows []string }

var errLost = errors.New("another transaction was faster")

// The commit runs before the answer: when it fails, that is the answer.
func ExampleScoped() {
	type lend struct {
		Title string `query:"title"`
		Tx    *Tx
	}
	begin := func(context.Context, *struct{}) (*Tx, tenon.Close, error) {
		tx := new(Tx)
		return tx, func(_ context.Context, outcome error) error {
			switch {
			case outcome != nil:
				fmt.Println("rollback:", outcome)
				return nil
			case tx.rows[0] == "Popular":
				return errLost
			}
			fmt.Println("commit", tx.rows)
			return nil
		}, nil
	}
	app := mustNew(func(r *tenon.Router) {
		r.Use(tenon.MapError(errLost, http.StatusConflict, "lost", "Somebody was faster"), tenon.Scoped(begin, tenon.Errors(errLost)))
		tenon.Post(r, "/loans", func(_ context.Context, in *lend) (tenon.NoContent, error) {
			in.Tx.rows = append(in.Tx.rows, in.Title)
			if in.Title == "" {
				return tenon.NoContent{}, tenon.Invalid(in, &in.Title, "blank", "Title is blank")
			}
			return tenon.NoContent{}, nil
		})
	})
	show(app, "POST", "/loans?title=Joinery", "")
	show(app, "POST", "/loans?title=Popular", "")
	show(app, "POST", "/loans?title=", "")
	// Output:
	// commit [Joinery]
	// 204
	//
	// 409
	// {"type":"urn:problem:lost","title":"Somebody was faster","status":409,"code":"lost","request_id":"req-1"}
	// rollback: invalid input: blank: Title is blank
	// 422
	// {"type":"urn:problem:validation_failed","title":"Request does not fit its description","status":422,"code":"validation_failed","request_id":"req-1","errors":[{"type":"blank","loc":["query","title"],"msg":"Title is blank"}]}
}

// A check that needs a service reports at the field, like a rule.
func ExampleGuard() {
	type Titles map[string]bool
	unique := tenon.Guard(func(_ context.Context, in *struct {
		Titles Titles
		Body   book
	}) error {
		if in.Titles[in.Body.Title] {
			return tenon.Invalid(in, &in.Body.Title, "title_taken", "There is a book of this title")
		}
		return nil
	})
	app := mustNew(func(r *tenon.Router) {
		r.Use(tenon.Value(Titles{"Joinery": true}))
		tenon.Post(r, "/books", func(_ context.Context, in *createBook) (book, error) { return in.Body, nil }, unique)
	})
	show(app, "POST", "/books", `{"title":"Joinery","pages":208}`)
	show(app, "POST", "/books", `{"title":"Dovetails","pages":96}`)
	// Output:
	// 422
	// {"type":"urn:problem:validation_failed","title":"Request does not fit its description","status":422,"code":"validation_failed","request_id":"req-1","errors":[{"type":"title_taken","loc":["body","title"],"msg":"There is a book of this title"}]}
	// 200
	// {"title":"Dovetails","pages":96}
}

// What is behind the stage runs again, with a new transaction, when a commit lost a race.
func ExampleAround() {
	retry := tenon.Around(func(ctx context.Context, _ *struct{}, c *tenon.Call) (err error) {
		for range 3 {
			if err = c.Next(ctx); !errors.Is(err, errLost) {
				break
			}
		}
		return err
	})
	commits := 0
	app := mustNew(func(r *tenon.Router) {
		r.Use(tenon.Scoped(func(context.Context, *struct{}) (*Tx, tenon.Close, error) {
			return new(Tx), func(context.Context, error) error {
				if commits++; commits < 3 {
					return errLost
				}
				return nil
			}, nil
		}))
		tenon.Get(r, "/shelf", func(context.Context, *struct{ Tx *Tx }) (string, error) { return "tidy", nil }, retry)
	})
	show(app, "GET", "/shelf", "")
	fmt.Println(commits, "commits")
	// Output:
	// 200
	// "tidy"
	// 3 commits
}

type overdueError struct{ Since time.Time }

func (e *overdueError) Error() string { return "overdue since " + e.Since.String() }

// What data returns is the member data of the problem, and described in the document.
func ExampleMapErrorAs() {
	type overdue struct {
		Since time.Time `json:"since"`
	}
	app := mustNew(func(r *tenon.Router) {
		r.Use(tenon.MapErrorAs(http.StatusForbidden, "overdue", "A book is overdue", func(e *overdueError) overdue { return overdue{e.Since} }))
		tenon.Post(r, "/loans", func(context.Context, *struct{}) (tenon.NoContent, error) {
			return tenon.NoContent{}, fmt.Errorf("lend: %w", &overdueError{time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)})
		}, tenon.Errors(new(overdueError)))
	})
	show(app, "POST", "/loans", "")
	// Output:
	// 403
	// {"type":"urn:problem:overdue","title":"A book is overdue","status":403,"code":"overdue","request_id":"req-1","data":{"since":"2026-11-20T09:00:00Z"}}
}

// bare shows nothing but the code of an error.
type bare struct{}

func (bare) Answer(dst []byte, e *problem.Error, _ string) (int, string, []byte) {
	return e.Status, "application/json", fmt.Appendf(dst, `{"error":%q}`, e.Code)
}

func (bare) Describe(*problem.Error, *openapi.Schema) (string, *openapi.Schema) {
	text := &openapi.Schema{Type: openapi.Types{"string"}}
	return "Error", &openapi.Schema{Type: openapi.Types{"object"}, Properties: openapi.Properties{{Name: "error", Schema: text}}, Required: []string{"error"}}
}

// One type decides how every error looks, also those of the framework, and describes it.
func ExampleErrorPolicy() {
	app, err := tenon.New(tenon.Config{Title: "Library", Version: "1.0.0", Errors: bare{}}, books)
	if err != nil {
		log.Fatal(err)
	}
	show(app, "GET", "/books/9780000000002", "")
	show(app, "GET", "/nowhere", "")
	fmt.Println(app.Document().Components.Schemas["Error"].Required)
	// Output:
	// 404
	// {"error":"book_unknown"}
	// 404
	// {"error":"not_found"}
	// [error]
}

func ExampleApp_Explain() {
	app := mustNew(func(r *tenon.Router) {
		r.Use(tenon.Provide(readerOf))
		tenon.Get(r, "/greeting", greet, tenon.Limits{Timeout: time.Second})
	})
	text := app.Explain()[0]
	fmt.Println(regexp.MustCompile(`\S*/(\w+\.go):\d+`).ReplaceAllString(text, "$1:…"))
	// Output:
	// GET /greeting (getGreeting), registered at example_graph_test.go:…
	//   limits    body of 1048576 bytes, 1s
	//   reads     header X-Card: {"type":"string","minLength":3,"default":"guest"}
	//   runs      the request is read
	//             tenon_test.Reader from tenon_test.readerOf at example_graph_test.go:…
	//             the handler
	//   errors    400 malformed_target
	//             422 validation_failed
	//             500 internal_error
	//             504 timeout
}

// A test gives what the application would have to be asked for.
func ExampleApp_With() {
	app := mustNew(func(r *tenon.Router) {
		r.Use(tenon.Provide(readerOf))
		tenon.Get(r, "/greeting", greet)
	})
	fake, err := app.With(tenon.Value(Reader{"tester"}))
	if err != nil {
		log.Fatal(err)
	}
	show(fake, "GET", "/greeting", "")
	show(app, "GET", "/greeting", "")
	// Output:
	// 200
	// "Hello, tester"
	// 200
	// "Hello, reader guest"
}
