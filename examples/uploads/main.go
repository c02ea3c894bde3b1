// Command uploads is the program of the guide "Uploads": an article with pictures, and files that go to
// disk as they arrive.
package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"image"
	_ "image/png" // a format that pictures may have
	"io"
	"log"
	"net/http"
	"os"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/upload"
)

type newArticle struct {
	Title    string        `form:"title" check:"minLength=1,maxLength=100"`
	Tags     []string      `form:"tag" default:"[]"`
	Cover    *upload.File  `form:"cover" content:"image/png" doc:"Picture above the text"`
	Pictures []upload.File `form:"picture" default:"[]" content:"image/*"`
}

// Article is what was made of it.
type Article struct {
	Title    string   `json:"title"`
	Tags     []string `json:"tags"`
	Width    int      `json:"width" doc:"Of the cover, 0 without one"`
	Pictures int64    `json:"pictures" doc:"Bytes of all pictures"`
}

func article(_ context.Context, in *newArticle) (Article, error) {
	made := Article{Title: in.Title, Tags: in.Tags}
	if in.Cover != nil {
		content, err := in.Cover.Open()
		if err != nil {
			return Article{}, err
		}
		cover, _, err := image.DecodeConfig(content)
		if err != nil {
			return Article{}, tenon.Invalid(in, in.Cover, "image", "File should be a picture")
		}
		made.Width = cover.Width
	}
	for _, picture := range in.Pictures {
		made.Pictures += picture.Size
	}
	return made, nil
}

// Address is where somebody lives.
type Address struct {
	City string `json:"city" check:"minLength=1,maxLength=100"`
}

type signUp struct {
	Form struct {
		_       struct{}       `check:"additionalProperties=false"`
		Name    string         `json:"name" check:"minLength=2,maxLength=100"`
		Topics  []string       `json:"topic" default:"[]" check:"maxItems=10"`
		Address *Address       `json:"address"`                                         // address[city]=Basel
		Profile map[string]any `json:"profile" default:"{}" content:"application/json"` // profile={"theme":"dark"}
	} `form:"*"`
}

func join(_ context.Context, in *signUp) (string, error) {
	city := "nowhere"
	if in.Form.Address != nil {
		city = in.Form.Address.City
	}
	return fmt.Sprint(in.Form.Name, " from ", city, ": ", in.Form.Topics, " ", in.Form.Profile), nil
}

type archive struct {
	Files upload.Stream `form:"file"`
}

// Archived is a file that was stored.
type Archived struct {
	ID    string `json:"id" doc:"Name of our own; that of the client names no file"`
	Name  string `json:"name"`
	Bytes int64  `json:"bytes"`
}

// Disk has a handler that stores files in a folder.
type Disk struct{ root *os.Root }

func (d *Disk) store(_ context.Context, in *archive) ([]Archived, error) {
	var stored []Archived
	for file, err := range in.Files {
		if err != nil {
			return nil, err
		}
		a := Archived{ID: rand.Text(), Name: file.Name}
		if a.Bytes, err = d.write(a.ID, file); err != nil {
			return nil, err
		}
		stored = append(stored, a)
	}
	return stored, nil
}

func (d *Disk) write(id string, file *upload.File) (n int64, err error) {
	content, err := file.Open()
	if err != nil {
		return 0, err
	}
	f, err := d.root.Create(id)
	if err != nil {
		return 0, err
	}
	if n, err = io.Copy(f, content); err != nil {
		_ = f.Close()
		_ = d.root.Remove(id)
		return 0, fmt.Errorf("store %s: %w", id, err)
	}
	return n, f.Close()
}

func newApp(folder string) (*tenon.App, error) {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, err
	}
	disk := &Disk{root}
	return tenon.New(tenon.Config{Title: "Uploads", Version: "1"}, func(r *tenon.Router) {
		tenon.Post(r, "/articles", article, tenon.Limits{BodyBytes: 20 << 20, Form: upload.Limits{Parts: 50, FileBytes: 5 << 20}})
		tenon.Post(r, "/people", join)
		tenon.Post(r, "/archive", disk.store, tenon.Limits{BodyBytes: 10 << 30})
	})
}

func main() {
	app, err := newApp(".")
	if err != nil {
		log.Fatal(err)
	}
	log.Fatal(http.ListenAndServe("127.0.0.1:8080", app)) //nolint:gosec // an example on the loopback
}
