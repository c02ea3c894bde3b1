package tenon_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/tenonapi/tenon"
)

type exampleByID struct {
	ID int `path:"id"`
}

func exampleAnimal(_ context.Context, in *exampleByID) (string, error) {
	return fmt.Sprintf("animal %d", in.ID), nil
}

// Each version has a document, and operation IDs are unique there.
func ExampleVersion() {
	app, err := tenon.New(tenon.Config{Title: "Zoo", Version: "2.3.0"}, func(r *tenon.Router) {
		v1 := r.Group("/v1", tenon.Version("v1"))
		tenon.Get(v1, "/animals/{id}", exampleAnimal, tenon.Doc{ID: "getAnimal"})
		v2 := r.Group("/v2", tenon.Version("v2"))
		tenon.Get(v2, "/animals/{id}", exampleAnimal, tenon.Doc{ID: "getAnimal"})
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, version := range app.Versions() {
		doc := app.DocumentOf(version)
		for path, item := range doc.Paths {
			fmt.Println(doc.Info.Title+":", path, item.Get.OperationID)
		}
	}
	fmt.Println(app.Document().Paths["/v1/animals/{id}"].Get.OperationID)
	// Output:
	// Zoo v1: /v1/animals/{id} getAnimal
	// Zoo v2: /v2/animals/{id} getAnimal
	// getAnimal_v1
}

// Every answer of a deprecated operation says so.
func ExampleDeprecated() {
	app, err := tenon.New(tenon.Config{Title: "Zoo", Version: "2.3.0"}, func(r *tenon.Router) {
		v1 := r.Group("/v1", tenon.Version("v1"), tenon.Deprecated{
			Since:     time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC),
			Sunset:    time.Date(2027, 11, 1, 0, 0, 0, 0, time.UTC),
			Link:      "https://zoo.example/migrate",
			Successor: "v2",
		})
		tenon.Get(v1, "/animals/{id}", exampleAnimal)
		v2 := r.Group("/v2", tenon.Version("v2"))
		tenon.Get(v2, "/animals/{id}", exampleAnimal)
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	w := httptest.NewRecorder()
	app.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/v1/animals/seven", nil))
	fmt.Println(w.Code)
	for _, name := range []string{"Deprecation", "Sunset", "Link"} {
		fmt.Println(name+":", w.Header().Get(name))
	}
	fmt.Println(app.DocumentOf("v1").Paths["/v1/animals/{id}"].Get.Description)
	// Output:
	// 422
	// Deprecation: @1793491200
	// Sunset: Mon, 01 Nov 2027 00:00:00 GMT
	// Link: <https://zoo.example/migrate>; rel="deprecation", <https://zoo.example/migrate>; rel="sunset", <../../v2/animals/seven>; rel="successor-version"
	// Deprecated since 2026-11-01; may be gone from 2027-11-01 on; use `/v2/animals/{id}`. See <https://zoo.example/migrate>.
}
