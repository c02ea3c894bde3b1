package tenon_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/openapi"
	"github.com/tenonapi/tenon/tenontest"
)

type (
	animalV1 struct {
		Species string `json:"species"`
	}
	animalV2 struct {
		Species struct {
			Code string `json:"code"`
		} `json:"species"`
	}
	onlyV1 struct {
		Cage int `json:"cage"`
	}
)

// zoo has two versions, and operations that belong to none.
func zoo(r *tenon.Router) {
	scheme := func(name string) tenon.Option {
		return tenon.Provide(func(context.Context, *none) (tenon.Caller, error) { return "ada", nil },
			tenon.Secured(name, openapi.SecurityScheme{Type: "http", Scheme: "bearer"}))
	}
	type called struct{ Caller tenon.Caller }
	v2 := r.Group("/v2", tenon.Version("v2"), scheme("token"))
	tenon.Get(v2, "/animals/{id}", ok[struct {
		byID
		called
	}, animalV2], tenon.Doc{ID: "getAnimal"})
	v1 := r.Group("/v1", tenon.Version("v1"), scheme("key"))
	tenon.Get(v1, "/animals/{id}", ok[struct {
		byID
		called
	}, animalV1], tenon.Doc{ID: "getAnimal"})
	tenon.Get(v1, "/cages", ok[called, onlyV1])
	tenon.Get(v1, "/hidden", ok[called, item], tenon.Doc{Hidden: true})
	tenon.Get(r, "/livez", ok[none, map[string]bool])
	r.Use(tenon.Webhook("animal.born", "An animal was born", item{}))
}

// operationIDs lists what a document has, sorted.
func operationIDs(doc *openapi.Document) (list []string) {
	for path, p := range doc.Paths {
		for method, op := range p.Operations() {
			list = append(list, method+" "+path+" "+op.OperationID)
		}
	}
	slices.Sort(list)
	return list
}

func TestEachVersionHasItsDocument(t *testing.T) {
	app := newApp(t, nil, zoo)
	assert.Equal(t, app.Versions(), []string{"v1", "v2"})
	for _, tt := range []struct {
		version, path, title, server string
		operations, schemas, schemes []string
	}{
		{
			"", "/openapi.json", "Test", ".",
			[]string{"GET /livez getLivez", "GET /v1/animals/{id} getAnimal_v1", "GET /v1/cages getV1Cages", "GET /v2/animals/{id} getAnimal_v2"},
			[]string{"AnimalV1", "AnimalV2", "Item", "OnlyV1", "Problem"}, []string{"key", "token"},
		},
		{
			"v1", "/openapi/v1.json", "Test v1", "..",
			[]string{"GET /livez getLivez", "GET /v1/animals/{id} getAnimal", "GET /v1/cages getV1Cages"},
			[]string{"AnimalV1", "Item", "OnlyV1", "Problem"}, []string{"key"},
		},
		{
			"v2", "/openapi/v2.json", "Test v2", "..",
			[]string{"GET /livez getLivez", "GET /v2/animals/{id} getAnimal"},
			[]string{"AnimalV2", "Item", "Problem"}, []string{"token"},
		},
	} {
		t.Run(tt.title, func(t *testing.T) {
			doc := app.DocumentOf(tt.version)
			if tt.version == "" {
				assert.Equal(t, doc, (*openapi.Document)(nil))
				doc = app.Document()
			}
			assert.Equal(t, doc.Info, openapi.Info{Title: tt.title, Version: "1"})
			assert.Equal(t, doc.Servers, []openapi.Server{{URL: tt.server}})
			assert.Equal(t, operationIDs(doc), tt.operations)
			assert.Equal(t, slices.Sorted(maps.Keys(doc.Components.Schemas)), tt.schemas)
			assert.Equal(t, slices.Sorted(maps.Keys(doc.Components.SecuritySchemes)), tt.schemes)
			assert.Equal(t, slices.Sorted(maps.Keys(doc.Webhooks)), []string{"animal.born"})
			text, err := doc.JSON()
			assert.NoError(t, err)
			r := tenontest.New(t, app).Do("GET", tt.path, "")
			assert.Equal(t, string(r.Body), string(text))
		})
	}
	assert.Equal(t, app.DocumentOf("v3"), (*openapi.Document)(nil))
	c := tenontest.New(t, app)
	wantProblem(t, c, c.Do("GET", "/openapi/v3.json", ""), 404, "not_found")
	for i, want := range []string{"", "v1", "v1", "v1", "v2"} {
		assert.Equal(t, app.Operations()[i].Version, want)
	}
	assert.Equal(t, strings.Contains(app.Explain()[1], "\n  version   v1\n"), true, app.Explain()[1])
}

func TestApplicationsOfWithHaveTheSameVersions(t *testing.T) {
	app := newApp(t, nil, zoo)
	with, err := app.With(tenon.Value(tenon.Caller("bob")))
	assert.NoError(t, err)
	assert.Equal(t, with.Versions(), app.Versions())
	assert.Equal(t, operationIDs(with.DocumentOf("v1")), operationIDs(app.DocumentOf("v1")))
}

func TestDocumentsOfVersionsLieBesideThatOfEverything(t *testing.T) {
	for document, want := range map[string]string{
		"":               "[ /openapi.json v1 /openapi/v1.json v2 /openapi/v2.json]",
		"/api/spec.json": "[ /api/spec.json v1 /api/spec/v1.json v2 /api/spec/v2.json]",
		"/v1.0/openapi":  "[ /v1.0/openapi v1 /v1.0/openapi/v1 v2 /v1.0/openapi/v2]",
		"-":              "[  v1  v2 ]",
	} {
		var router *tenon.Router
		app, err := tenon.New(tenon.Config{Title: "Test", Version: "1", Document: document}, zoo, func(r *tenon.Router) {
			router = r.Group("/docs")
			for range router.Documents() {
				t.Error("there is a document before all versions are known")
			}
		})
		assert.NoError(t, err)
		var got []string
		for version, path := range router.Documents() {
			got = append(got, version, path)
		}
		assert.Equal(t, fmt.Sprint(got), want)
		for range router.Documents() {
			break
		}
		assert.Equal(t, len(app.DocumentOf("v1").Paths), 3)
	}
}

func TestInfoOfVersions(t *testing.T) {
	app, err := tenon.New(tenon.Config{
		Title: "Zoo", Version: "3.1.0", Description: "Animals.",
		Versions: map[string]openapi.Info{
			"v1": {Title: "Old zoo", Version: "1.9.0", Description: "As it was.", Summary: "Cages", TermsOfService: "https://zoo.example/terms",
				Contact: &openapi.Contact{Name: "Ada"}, License: &openapi.License{Name: "MIT"}, Extensions: openapi.Extensions{"x-old": json.RawMessage("true")}},
		},
	}, zoo)
	assert.NoError(t, err)
	assert.Equal(t, app.Document().Info, openapi.Info{Title: "Zoo", Version: "3.1.0", Description: "Animals."})
	assert.Equal(t, app.DocumentOf("v1").Info, openapi.Info{
		Title: "Old zoo", Version: "1.9.0", Description: "As it was.", Summary: "Cages", TermsOfService: "https://zoo.example/terms",
		Contact: &openapi.Contact{Name: "Ada"}, License: &openapi.License{Name: "MIT"}, Extensions: openapi.Extensions{"x-old": json.RawMessage("true")},
	})
	assert.Equal(t, app.DocumentOf("v2").Info, openapi.Info{Title: "Zoo v2", Version: "3.1.0", Description: "Animals."})
}

func TestVersionsAreInTheOrderOfTheirNumbers(t *testing.T) {
	want := []string{"2024-12-01", "2025-02-01", "beta", "v1", "v01", "v1.2", "v1.10", "v2", "v10", "v10-rc.2"}
	slices.Sort(want[3:5])
	app := newApp(t, nil, func(r *tenon.Router) {
		for _, v := range slices.Backward(want) {
			tenon.Get(r, "/"+v, ok[none, item], tenon.Version(v))
		}
	})
	assert.Equal(t, app.Versions(), want)
	assert.Equal(t, newApp(t, nil, get[none]("/a")).Versions(), nil)
}

func TestMistakesInVersions(t *testing.T) {
	n := line()
	_, err := tenon.New(tenon.Config{Title: "t", Version: "1", Versions: map[string]openapi.Info{"v1": {License: &openapi.License{}}, "v3": {}}}, func(r *tenon.Router) {
		r.Group("/a", tenon.Version(""))
		r.Group("/b", tenon.Version("v/1"))
		r.Group("/c", tenon.Version(".."))
		r.Use(tenon.Provide(func(context.Context, *none) (animalV1, error) { return animalV1{}, nil }, tenon.Version("v1")))
		tenon.Get(r, "/d", ok[none, item], tenon.Version("v1"), tenon.Doc{ID: "d"})
		tenon.Get(r, "/e", ok[none, item], tenon.Version("v1"), tenon.Doc{ID: "d"})
		tenon.Get(r, "/f", ok[none, item], tenon.Doc{ID: "d"})
		tenon.Get(r, "/g", ok[none, item], tenon.Version("v2"), tenon.Doc{ID: "d"})
		tenon.Get(r, "/h", ok[none, item], tenon.Version("v2"), tenon.Doc{ID: "d_v1"})
		tenon.Get(r, "/openapi/v2.json", ok[none, item], tenon.Doc{Hidden: true})
	})
	got := strings.Split(folders.ReplaceAllString(err.Error(), "$1"), "\n")
	at := func(i int, text string) string { return fmt.Sprintf("%s:%d: %s", here(), n+i, text) }
	got = slices.DeleteFunc(got, func(text string) bool { return strings.Contains(text, "is not needed") }) // the provider
	want := []string{
		at(1, `Config.Document: is registered already, as /openapi/v2.json at `+here()+fmt.Sprint(":", n+11)+`: choose another path, or "-" for none`),
		at(1, `Config.Versions has "v3", but no operation in the document has that Version`),
		at(1, `Config.Versions["v1"].License: needs a Name`),
		at(2, `Version(""): want letters, digits, dots, dashes and underscores`),
		at(3, `Version("v/1"): want letters, digits, dots, dashes and underscores`),
		at(4, `Version(".."): want letters, digits, dots, dashes and underscores`),
		at(5, `option Version says nothing about a provider`),
		at(7, `GET /e: has the operation ID "d" of GET /d at `+here()+fmt.Sprint(":", n+6)+`: choose another with Doc{ID: …}`),
		at(8, `GET /f: has the operation ID "d" of GET /d at `+here()+fmt.Sprint(":", n+6)+`: choose another with Doc{ID: …}`),
		at(10, `GET /h: its operation ID among all versions is "d_v1", as that of GET /d at `+here()+fmt.Sprint(":", n+6)+`: choose another with Doc{ID: …}`),
	}
	slices.Sort(got)
	slices.Sort(want)
	assert.Equal(t, got, want)
}

func TestDocumentsAreMadeAtOnce(t *testing.T) {
	app := newApp(t, nil, func(r *tenon.Router) {
		tenon.Get(r, "/v1/a", ok[none, item], tenon.Version("v1"), old, tenon.Doc{Extensions: openapi.Extensions{"x-a": []byte("1")}})
		tenon.Get(r, "/v2/a", ok[none, item], tenon.Version("v2"))
	})
	var made sync.WaitGroup
	for _, version := range app.Versions() {
		made.Go(func() { app.DocumentOf(version) })
	}
	made.Go(func() { app.Document() })
	made.Wait()
	assert.Equal(t, len(app.DocumentOf("v1").Paths["/v1/a"].Get.Extensions), 2)
}
