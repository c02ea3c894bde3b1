// Command bodies is the program of the guide "Bodies": what a body can be besides one JSON value
// of one type.
package main

import (
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"log"
	"net/http"
	"slices"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/problem"
)

// Item is what is sold.
type Item struct {
	SKU   string `json:"sku" check:"pattern='^[A-Z]{3}-[0-9]+$'"`
	Price int64  `json:"price" check:"gt=0" doc:"In cents"`
}

// User is who changes it.
type User struct {
	Name string `json:"name" check:"minLength=1"`
}

type putItem struct {
	Body struct {
		Item       Item   `json:"item"`
		User       User   `json:"user"`
		Importance int    `json:"importance" check:"ge=1,le=5"`
		Note       string `json:"note" default:""`
	}
}

func put(_ context.Context, in *putItem) (string, error) {
	return in.Body.User.Name + " changed " + in.Body.Item.SKU, nil
}

type putImage struct {
	Body io.Reader `content:"image/png,image/jpeg"`
}

// Stored tells what was stored.
type Stored struct {
	Bytes int64  `json:"bytes"`
	CRC32 uint32 `json:"crc32"`
}

func image(_ context.Context, in *putImage) (Stored, error) {
	sum := crc32.NewIEEE() // in place of a file
	n, err := io.Copy(sum, in.Body)
	if err != nil {
		return Stored{}, fmt.Errorf("store the image: %w", err)
	}
	return Stored{n, sum.Sum32()}, nil
}

type putNote struct {
	Body string `content:"text/plain,text/markdown" check:"minLength=1,maxLength=500"`
}

func note(_ context.Context, in *putNote) (string, error) { return in.Body, nil }

type importItems struct {
	Body tenon.Lines[Item]
}

// Imported tells what became of the lines.
type Imported struct {
	Stored  int   `json:"stored"`
	Refused []any `json:"refused" doc:"Numbers of lines, from 0 on"`
}

func imported(_ context.Context, in *importItems) (Imported, error) {
	var result Imported
	for item, err := range in.Body {
		if p, ok := errors.AsType[*problem.Error](err); ok && p.Status == http.StatusUnprocessableEntity {
			result.Refused = append(result.Refused, p.Issues[0].Loc[1])
			continue
		}
		if err != nil {
			return Imported{}, err
		}
		if !slices.Contains(sold, item.SKU) {
			result.Stored++
		}
	}
	return result, nil
}

var sold = []string{"OLD-1"}

func routes(r *tenon.Router) {
	tenon.Put(r, "/item", put)
	tenon.Put(r, "/image", image, tenon.Limits{BodyBytes: 50 << 20})
	tenon.Put(r, "/note", note)
	tenon.Post(r, "/import", imported, tenon.Limits{BodyBytes: 1 << 30})
}

func newApp() (*tenon.App, error) {
	return tenon.New(tenon.Config{Title: "Bodies", Version: "1"}, routes)
}

func main() {
	app, err := newApp()
	if err != nil {
		log.Fatal(err)
	}
	log.Fatal(http.ListenAndServe("127.0.0.1:8080", app)) //nolint:gosec // an example on the loopback
}
