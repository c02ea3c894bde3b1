package docsui_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing/fstest"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/auth"
	"github.com/tenonapi/tenon/docsui"
)

func ExampleSwagger() {
	type greeting struct{ Text string }
	hello := func(context.Context, *struct{}) (greeting, error) { return greeting{"hello"}, nil }
	app, err := tenon.New(tenon.Config{Title: "Greeter", Version: "1.0.0"},
		func(r *tenon.Router) { tenon.Get(r, "/hello", hello) },
		docsui.Swagger("/docs"),
	)
	if err != nil {
		log.Fatal(err)
	}
	server := httptest.NewServer(app)
	defer server.Close()
	resp, err := http.Get(server.URL + "/docs")
	if err != nil {
		log.Fatal(err)
	}
	defer resp.Body.Close()
	fmt.Println(resp.StatusCode, resp.Header.Get("Content-Type"))
	// Output: 200 text/html; charset=utf-8
}

// pages shows the document in three ways. modules is the folder node_modules of npm.
func pages(modules string) func(*tenon.Router) {
	swagger := docsui.Swagger("/docs", docsui.OAuth2{
		ClientID: "orders-docs", Scopes: []string{"orders:read"}, Origin: "https://id.example.com",
	})
	redoc := docsui.Redoc("/redoc", os.DirFS(filepath.Join(modules, "redoc")))
	scalar := docsui.Scalar("/scalar", os.DirFS(filepath.Join(modules, "@scalar", "api-reference")))
	return func(r *tenon.Router) {
		swagger(r)
		redoc(r)
		scalar(r)
	}
}

type listOrders struct{ Caller auth.Principal }

// orders has an operation for callers that have logged in at id.example.com.
func orders(r *tenon.Router) {
	scopes := map[string]string{"orders:read": "read your orders"}
	verify := func(_ context.Context, token string) (auth.Principal, error) {
		return auth.Principal{}, auth.ErrInvalid // see the guide on security
	}
	r.Use(auth.Accept(auth.OAuth2Code("login", "https://id.example.com/authorize", "https://id.example.com/token", scopes, verify)))
	tenon.Get(r, "/orders", func(context.Context, *listOrders) ([]string, error) { return nil, nil }, tenon.Scopes("orders:read"))
}

func Example() {
	modules, err := os.MkdirTemp("", "node_modules-") // in place of what npm installs
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(modules)
	if err := os.CopyFS(modules, fstest.MapFS{
		"redoc/bundles/redoc.standalone.js":                {Data: []byte("/* Redoc */")},
		"@scalar/api-reference/dist/browser/standalone.js": {Data: []byte("/* Scalar */")},
	}); err != nil {
		log.Fatal(err)
	}
	app, err := tenon.New(tenon.Config{Title: "Orders", Version: "1.0.0"}, orders, pages(modules))
	if err != nil {
		log.Fatal(err)
	}
	for _, path := range []string{"/docs", "/redoc", "/redoc/redoc.standalone.js", "/scalar", "/scalar/standalone.js"} {
		w := httptest.NewRecorder()
		app.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		fmt.Println(w.Code, path, w.Header().Get("Content-Type"))
	}
	// Output:
	// 200 /docs text/html; charset=utf-8
	// 200 /redoc text/html; charset=utf-8
	// 200 /redoc/redoc.standalone.js text/javascript; charset=utf-8
	// 200 /scalar text/html; charset=utf-8
	// 200 /scalar/standalone.js text/javascript; charset=utf-8
}
