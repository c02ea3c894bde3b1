// Command routing is the program of the guide "Routing": operations and links to them, an
// application mounted in another, the pages of a frontend, and two hosts.
package main

import (
	"context"
	"embed"
	"io/fs"
	"log"
	"net/http"
	"os"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/file"
	"github.com/tenonapi/tenon/problem"
)

// An Order is what the shop sells.
type Order struct {
	ID   int    `json:"id"`
	Note string `json:"note" check:"maxLength=80"`
	Self string `json:"self"`
}

type byID struct {
	ID int `path:"id" check:"ge=1" status:"404"`
}

type noted struct {
	byID
	Body struct {
		Note string `json:"note" check:"maxLength=80"`
	}
}

// Orders has the operations of one version of the API, and links to them.
type Orders struct {
	get *tenon.Endpoint[byID, Order]
}

// Routes registers the operations.
func (o *Orders) Routes(r *tenon.Router) {
	o.get = tenon.Get(r, "/orders/{id}", o.one)
	tenon.Get(r, "/orders/latest", o.latest)
	tenon.Post(r, "/orders", o.create)
	for _, method := range []string{http.MethodPut, http.MethodPatch} {
		tenon.Handle(r, method, "/orders/{id}/note", o.note)
	}
}

func (o *Orders) one(_ context.Context, in *byID) (Order, error) { return o.order(in.ID, "") }

func (o *Orders) latest(context.Context, *struct{}) (Order, error) { return o.order(7, "") }

func (o *Orders) note(_ context.Context, in *noted) (Order, error) {
	return o.order(in.ID, in.Body.Note)
}

func (o *Orders) create(context.Context, *struct{}) (out tenon.Created[Order], err error) {
	out.Body, err = o.order(8, "")
	out.Location = out.Body.Self
	return out, err
}

func (o *Orders) order(id int, note string) (Order, error) {
	self, err := o.get.URL(&byID{ID: id})
	return Order{ID: id, Note: note, Self: self}, err
}

//go:embed dist
var dist embed.FS

// noPage answers programs that ask for an operation that there is not.
func noPage(w http.ResponseWriter, r *http.Request) {
	problem.Write(w, r, problem.New(http.StatusNotFound, "", ""))
}

// newShop returns the application of customers. Clients find it at base.
func newShop(base string) (*tenon.App, error) {
	admin, err := newAdmin(base + "/admin")
	if err != nil {
		return nil, err
	}
	pages, err := fs.Sub(dist, "dist")
	if err != nil {
		return nil, err
	}
	site, err := file.NewSite(file.SiteConfig{Files: pages, App: "index.html", Immutable: "assets"})
	if err != nil {
		return nil, err
	}
	cfg := tenon.Config{Title: "Shop", Version: "2", BasePath: base, TrailingSlash: "redirect"}
	return tenon.New(cfg, func(r *tenon.Router) {
		for _, version := range []string{"/v1", "/v2"} {
			group := r.Group(version)
			new(Orders).Routes(group)
			group.Mount("", http.HandlerFunc(noPage))
		}
		r.Mount("/admin", admin)
		r.Mount("/", site)
	})
}

// newAdmin returns the application of the staff, which has a document of its own.
func newAdmin(base string) (*tenon.App, error) {
	return tenon.New(tenon.Config{Title: "Staff", Version: "1", BasePath: base}, func(r *tenon.Router) {
		tenon.Get(r, "/", func(context.Context, *struct{}) (string, error) { return "hello, staff", nil })
		new(Orders).Routes(r)
	})
}

// newHosts returns both, each at a host of its own.
func newHosts(shop, admin *tenon.App) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("staff.example.com/", admin)
	mux.Handle("/", shop)
	return mux
}

// newMux returns the shop below a prefix, beside what was there before.
func newMux(old http.Handler) (http.Handler, error) {
	shop, err := newShop("/shop")
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/shop/", http.StripPrefix("/shop", shop))
	mux.Handle("/", old)
	return mux, nil
}

func main() {
	shop, err := newShop(os.Getenv("BASE_PATH"))
	if err != nil {
		log.Fatal(err)
	}
	log.Fatal(http.ListenAndServe("127.0.0.1:8080", shop)) //nolint:gosec // an example on the loopback
}
