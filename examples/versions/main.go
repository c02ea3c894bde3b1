// Command versions is the program of the guide "Versions and deprecation": a zoo whose second
// version says more about species.
package main

import (
	"context"
	"errors"
	"log"
	"log/slog"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/middleware"
	"github.com/tenonapi/tenon/openapi"
)

// ErrUnknown reports an animal that the zoo does not have.
var ErrUnknown = errors.New("no such animal")

// AnimalV1 is an animal as version 1 shows it.
type AnimalV1 struct {
	Name    string `json:"name" example:"Leo"`
	Species string `json:"species" example:"lion"`
}

// Animal is an animal as it is now.
type Animal struct {
	Name    string  `json:"name" example:"Leo"`
	Species Species `json:"species"`
}

// Species was a text in version 1: a change that breaks clients.
type Species struct {
	Common string `json:"common" example:"lion"`
	Latin  string `json:"latin" example:"Panthera leo"`
}

type byID struct {
	ID int `path:"id" check:"ge=1" example:"7"`
}

// API is what both versions work with.
type API struct {
	animals map[int]Animal
	usage   Usage
}

func (a *API) animal(_ context.Context, in *byID) (Animal, error) {
	found, ok := a.animals[in.ID]
	if !ok {
		return Animal{}, ErrUnknown
	}
	return found, nil
}

// animalV1 is made of what there is now, so that there is one way to find an animal.
func (a *API) animalV1(ctx context.Context, in *byID) (AnimalV1, error) {
	found, err := a.animal(ctx, in)
	return AnimalV1{Name: found.Name, Species: found.Species.Common}, err
}

func (a *API) cages(context.Context, *struct{}) ([]string, error) { return []string{"north"}, nil }

func alive(context.Context, *struct{}) (tenon.NoContent, error) { return tenon.NoContent{}, nil }

// moved says how version 1 ends.
var moved = tenon.Deprecated{
	Since:     time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC),
	Sunset:    time.Date(2027, 11, 1, 0, 0, 0, 0, time.UTC),
	Link:      "https://zoo.example/migrate",
	Successor: "v2",
	Gone:      true,
}

// Routes registers both versions.
func (a *API) Routes(r *tenon.Router) {
	r.Use(tenon.MapError(ErrUnknown, http.StatusNotFound, "animal_unknown", "The zoo has no such animal"), tenon.Around(a.usage.count))
	v1 := r.Group("/v1", tenon.Version("v1"), moved)
	tenon.Get(v1, "/animals/{id}", a.animalV1, tenon.Errors(ErrUnknown), tenon.Doc{ID: "getAnimal"})
	tenon.Get(v1, "/cages", a.cages, tenon.Doc{ID: "listCages"})

	v2 := r.Group("/v2", tenon.Version("v2"))
	tenon.Get(v2, "/animals/{id}", a.animal, tenon.Errors(ErrUnknown), tenon.Doc{ID: "getAnimal"})

	tenon.Get(r, "/alive", alive, tenon.Doc{ID: "alive"})
}

// Usage counts who still uses what is deprecated.
type Usage struct {
	mu   sync.Mutex
	seen map[string]int // requests, by operation and program
}

type asked struct{ Request *http.Request }

func (u *Usage) count(ctx context.Context, in *asked, c *tenon.Call) error {
	if op := c.Operation(); op.Deprecated != nil {
		u.add(op.Version + " " + op.ID + " by " + in.Request.UserAgent())
	}
	return c.Next(ctx)
}

func (u *Usage) add(who string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.seen == nil {
		u.seen = make(map[string]int)
	}
	u.seen[who]++
}

func config(now func() time.Time) tenon.Config {
	cfg := tenon.Config{
		Title: "Zoo", Version: "2.3.0",
		Versions: map[string]openapi.Info{"v1": {Version: "1.9.4"}},
	}
	cfg.Schema.Now = now
	return cfg
}

func run() error {
	api := &API{animals: map[int]Animal{7: {Name: "Leo", Species: Species{Common: "lion", Latin: "Panthera leo"}}}}
	access := middleware.AccessLog(slog.New(slog.NewJSONHandler(os.Stdout, nil)))
	app, err := tenon.New(config(time.Now), func(r *tenon.Router) { r.Use(tenon.Middleware(access)) }, api.Routes)
	if err != nil {
		return err
	}
	return tenon.Serve(context.Background(), app, tenon.ServerConfig{})
}

func main() {
	if err := run(); err != nil {
		log.Fatal(err)
	}
}
