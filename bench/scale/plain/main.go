// Command plain is the API of 300 operations written with net/http and encoding/json alone,
// without checks and without a document: what a process costs anyhow.
package main

import (
	"encoding/json"
	"net/http"

	"github.com/tenonapi/tenon/bench/scale/things"
)

func main() { things.Main(open) }

func open() (http.Handler, error) {
	mux := http.NewServeMux()
	group[things.D0](mux, 0)
	group[things.D1](mux, 1)
	group[things.D2](mux, 2)
	group[things.D3](mux, 3)
	group[things.D4](mux, 4)
	group[things.D5](mux, 5)
	group[things.D6](mux, 6)
	group[things.D7](mux, 7)
	group[things.D8](mux, 8)
	group[things.D9](mux, 9)
	return mux, nil
}

func group[A any](mux *http.ServeMux, a int) {
	resource[A, things.D0](mux, a, 0)
	resource[A, things.D1](mux, a, 1)
	resource[A, things.D2](mux, a, 2)
	resource[A, things.D3](mux, a, 3)
	resource[A, things.D4](mux, a, 4)
	resource[A, things.D5](mux, a, 5)
	resource[A, things.D6](mux, a, 6)
	resource[A, things.D7](mux, a, 7)
	resource[A, things.D8](mux, a, 8)
	resource[A, things.D9](mux, a, 9)
}

func resource[A, B any](mux *http.ServeMux, a, b int) {
	path := things.Path(a, b)
	mux.HandleFunc("POST "+path, func(w http.ResponseWriter, r *http.Request) {
		var in things.Create[A, B]
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		w.Header().Set("Location", things.Probe)
		answer(w, http.StatusCreated, things.Make(&in))
	})
	mux.HandleFunc("GET "+path+"/{id}", func(w http.ResponseWriter, r *http.Request) {
		answer(w, http.StatusOK, things.Find[A, B](r.PathValue("id")))
	})
	mux.HandleFunc("GET "+path, func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, things.List[A, B]{})
	})
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // the client is gone
}
