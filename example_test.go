package tenon_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/problem"
)

type book struct {
	Title string `json:"title" check:"minLength=1,maxLength=100"`
	Pages int    `json:"pages" check:"gt=0"`
}

type createBook struct {
	Body book
}

type readBook struct {
	ISBN string `path:"isbn" check:"pattern='^[0-9]{13}$'"`
}

var errNoBook = errors.New("no such book")

// books is an application in miniature.
func books(r *tenon.Router) {
	r.Use(tenon.MapError(errNoBook, http.StatusNotFound, "book_unknown", "Book is unknown"))
	group := r.Group("/books", tenon.Tags("books"))
	tenon.Post(group, "", func(_ context.Context, in *createBook) (tenon.Created[book], error) {
		return tenon.Created[book]{Location: "/books/9780000000001", Body: in.Body}, nil
	})
	tenon.Get(group, "/{isbn}", func(_ context.Context, in *readBook) (book, error) {
		if in.ISBN != "9780000000001" {
			return book{}, fmt.Errorf("read book %s: %w", in.ISBN, errNoBook)
		}
		return book{Title: "Joinery", Pages: 208}, nil
	}, tenon.Errors(errNoBook))
}

// show sends a request and prints the answer.
func show(app http.Handler, method, target, body string) {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Request-Id", "req-1")
	w := httptest.NewRecorder()
	app.ServeHTTP(w, r)
	fmt.Println(strings.TrimSpace(fmt.Sprintln(w.Code, w.Header().Get("Location"))))
	fmt.Println(w.Body)
}

// mustNew returns the application that routes make.
func mustNew(routes ...func(*tenon.Router)) *tenon.App {
	app, err := tenon.New(tenon.Config{Title: "Library", Version: "1.0.0"}, routes...)
	if err != nil {
		log.Fatal(err)
	}
	return app
}

func Example() {
	app, err := tenon.New(tenon.Config{Title: "Library", Version: "1.0.0"}, books)
	if err != nil {
		log.Fatal(err)
	}
	show(app, "POST", "/books", `{"title":"Joinery","pages":208}`)
	show(app, "POST", "/books", `{"title":"","pages":0}`)
	show(app, "GET", "/books/9780000000001", "")
	// Output:
	// 201 /books/9780000000001
	// {"title":"Joinery","pages":208}
	// 422
	// {"type":"urn:problem:validation_failed","title":"Request does not fit its description","status":422,"code":"validation_failed","request_id":"req-1","errors":[{"type":"string_too_short","loc":["body","title"],"msg":"String should have at least 1 character","input":"","ctx":{"min_length":1}},{"type":"greater_than","loc":["body","pages"],"msg":"Input should be greater than 0","input":0,"ctx":{"gt":0}}]}
	// 200
	// {"title":"Joinery","pages":208}
}

// All mistakes are reported at once, each with its place.
func ExampleNew_mistakes() {
	type search struct {
		Limit int `query:"limit" check:"minimum=1"`
		Page  int
	}
	_, err := tenon.New(tenon.Config{Title: "Library", Version: "1.0.0"}, func(r *tenon.Router) {
		tenon.Get(r, "/books", func(context.Context, *search) ([]book, error) { return nil, nil })
		tenon.Get(r, "/books/{id}", func(context.Context, *readBook) (book, error) { return book{}, nil })
		tenon.Delete(r, "/books", func(context.Context, *struct{}) (tenon.NoContent, error) {
			return tenon.NoContent{}, nil
		}, tenon.Errors(errNoBook))
	})
	fmt.Println(regexp.MustCompile(`(?m)^\S*/(\w+\.go):\d+`).ReplaceAllString(err.Error(), "$1:…"))
	// Output:
	// example_test.go:…: GET /books: tenon_test.search.Limit: rule "minimum=1" does not apply to int: write ge
	// example_test.go:…: GET /books: tenon_test.search.Page: has no source: did you forget a tag such as query:"page"?
	// example_test.go:…: GET /books/{id}: tenon_test.readBook.ISBN: tag path:"isbn": path /books/{id} has no such parameter, only ["id"]
	// example_test.go:…: GET /books/{id}: path /books/{id} has the parameter "id", but no field of tenon_test.readBook has the tag path:"id"
	// example_test.go:…: DELETE /books: declares the error no such book, but no MapError in scope says how it is shown
}

func ExampleMapError() {
	app := mustNew(func(r *tenon.Router) {
		r.Use(tenon.MapError(errNoBook, http.StatusNotFound, "book_unknown", "Book is unknown"))
		tenon.Get(r, "/books/{isbn}", func(_ context.Context, in *readBook) (book, error) {
			return book{}, fmt.Errorf("read book %s: %w", in.ISBN, errNoBook) // the text is not shown
		}, tenon.Errors(errNoBook))
	})
	show(app, "GET", "/books/9780000000002", "")
	// Output:
	// 404
	// {"type":"urn:problem:book_unknown","title":"Book is unknown","status":404,"code":"book_unknown","request_id":"req-1"}
}

// The location in the answer is where the field came from.
func ExampleInvalid() {
	app := mustNew(func(r *tenon.Router) {
		tenon.Post(r, "/books", func(_ context.Context, in *createBook) (book, error) {
			if in.Body.Title == "Joinery" {
				return book{}, tenon.Invalid(in, &in.Body.Title, "title_taken", "There is a book of this title")
			}
			return in.Body, nil
		})
	})
	show(app, "POST", "/books", `{"title":"Joinery","pages":1}`)
	// Output:
	// 422
	// {"type":"urn:problem:validation_failed","title":"Request does not fit its description","status":422,"code":"validation_failed","request_id":"req-1","errors":[{"type":"title_taken","loc":["body","title"],"msg":"There is a book of this title"}]}
}

// The location comes from the endpoint that reads what was created.
func ExampleCreated() {
	app := mustNew(func(r *tenon.Router) {
		read := tenon.Get(r, "/books/{isbn}", func(context.Context, *readBook) (book, error) { return book{}, nil })
		tenon.Post(r, "/books", func(_ context.Context, in *createBook) (tenon.Created[book], error) {
			location, err := read.URL(&readBook{ISBN: "9780000000001"})
			return tenon.Created[book]{Location: location, Body: in.Body}, err
		})
	})
	show(app, "POST", "/books", `{"title":"Joinery","pages":208}`)
	// Output:
	// 201 /books/9780000000001
	// {"title":"Joinery","pages":208}
}

// The handler chooses among the statuses that the operation declares.
func ExampleReply() {
	known := map[string]bool{}
	app := mustNew(func(r *tenon.Router) {
		tenon.Put(r, "/books/{isbn}", func(_ context.Context, in *struct {
			readBook
			Body book
		}) (tenon.Reply[book], error) {
			reply := tenon.Reply[book]{Body: in.Body}
			if !known[in.ISBN] {
				known[in.ISBN], reply.Status = true, http.StatusCreated
			}
			return reply, nil
		}, tenon.Status(http.StatusOK, http.StatusCreated))
	})
	for range 2 {
		show(app, "PUT", "/books/9780000000001", `{"title":"Joinery","pages":208}`)
	}
	// Output:
	// 201
	// {"title":"Joinery","pages":208}
	// 200
	// {"title":"Joinery","pages":208}
}

// Options of a group hold for all its operations, whenever they are added.
func ExampleRouter_Group() {
	app := mustNew(func(r *tenon.Router) {
		v1 := r.Group("/v1", tenon.Tags("library"))
		shelves := v1.Group("/shelves", tenon.Tags("shelves"))
		tenon.Get(shelves, "/{isbn}", func(context.Context, *readBook) (book, error) { return book{}, nil })
		shelves.Use(tenon.Doc{Summary: "Find the shelf of a book"})
	})
	op := app.Document().Paths["/v1/shelves/{isbn}"].Get
	fmt.Println(op.OperationID, op.Tags, op.Summary)
	// Output: getV1ShelvesByIsbn [library shelves] Find the shelf of a book
}

// Any net/http middleware works; problem.Write answers in the application's form.
func ExampleMiddleware() {
	closed := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			problem.Write(w, r, problem.New(http.StatusForbidden, "closed", "Library is closed"))
		})
	}
	app := mustNew(books, func(r *tenon.Router) {
		tenon.Get(r.Group("/desk", tenon.Middleware(closed)), "", func(context.Context, *struct{}) (book, error) { return book{}, nil })
	})
	show(app, "GET", "/desk", "")
	// Output:
	// 403
	// {"type":"urn:problem:closed","title":"Library is closed","status":403,"code":"closed","request_id":"req-1"}
}

func ExampleServe() {
	app, err := tenon.New(tenon.Config{Title: "Library", Version: "1.0.0"}, books)
	if err != nil {
		log.Fatal(err)
	}
	// Returns nil after SIGTERM, when the requests in flight are answered.
	if err := tenon.Serve(context.Background(), app, tenon.ServerConfig{Addr: "127.0.0.1:8080"}); err != nil {
		log.Fatal(err)
	}
}

// A client of another program builds requests from the same types.
func ExampleEndpoint_Request() {
	var read *tenon.Endpoint[readBook, book]
	app := mustNew(func(r *tenon.Router) {
		read = tenon.Get(r, "/books/{isbn}", func(context.Context, *readBook) (book, error) {
			return book{Title: "Joinery", Pages: 208}, nil
		})
	})
	srv := httptest.NewServer(app)
	defer srv.Close()

	r, err := read.Request(context.Background(), srv.URL, &readBook{ISBN: "9780000000001"})
	if err != nil {
		log.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		log.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		log.Fatal(err)
	}
	out, err := read.Response(resp, body)
	fmt.Println(out.Title, err)
	// Output: Joinery <nil>
}
