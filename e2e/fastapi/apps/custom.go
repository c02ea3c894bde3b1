package apps

import (
	"context"
	"io"
	"strings"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/file"
)

func custom() []App {
	return []App{
		{Name: "custom_response_tutorial001b", Routes: fooItem},
		{Name: "custom_response_tutorial002", Routes: html(someHTML)},
		{Name: "custom_response_tutorial003", Routes: html(someHTML)},
		{Name: "custom_response_tutorial005", Routes: func(r *tenon.Router) {
			tenon.Get(r, "/", func(context.Context, *struct{}) (text, error) { return text{"Hello World"}, nil })
		}},
		{Name: "custom_response_tutorial006c", Routes: customResponseTutorial006c},
		{Name: "custom_response_tutorial007", Routes: customResponseTutorial007},
		{Name: "custom_response_tutorial009", Routes: videoFile},
		{Name: "custom_response_tutorial009b", Routes: videoFile},
		{Name: "custom_response_tutorial010", Routes: html("<h1>Items</h1><p>This is a list of items.</p>")},
	}
}

const someHTML = "\n    <html>\n        <head>\n            <title>Some HTML in here</title>\n        </head>\n        <body>\n            <h1>Look ma! HTML!</h1>\n        </body>\n    </html>\n    "

// html answers a page at /items/.
func html(body string) func(*tenon.Router) {
	return func(r *tenon.Router) {
		tenon.Get(r, "/items/", func(context.Context, *struct{}) (page, error) { return page{body}, nil })
	}
}

// fooItem answers a list of one item at /items/.
func fooItem(r *tenon.Router) {
	tenon.Get(r, "/items/", func(context.Context, *struct{}) ([]object, error) { return []object{{"item_id": "Foo"}}, nil })
}

func customResponseTutorial006c(r *tenon.Router) {
	type docs struct {
		_        struct{} `status:"302"`
		Location string   `header:"Location" hosts:"docs.pydantic.dev"`
	}
	tenon.Get(r, "/pydantic", func(context.Context, *struct{}) (docs, error) {
		return docs{Location: "https://docs.pydantic.dev/"}, nil
	})
}

func customResponseTutorial007(r *tenon.Router) {
	type video struct {
		Body io.Reader `content:"video/mp4"`
	}
	tenon.Get(r, "/", func(context.Context, *struct{}) (video, error) {
		return video{strings.NewReader(strings.Repeat("some fake video bytes", 10))}, nil
	})
}

func videoFile(r *tenon.Router) {
	const size = 1000
	video := strings.Repeat("not really a video, ", size)[:size]
	tenon.Get(r, "/", func(context.Context, *struct{}) (file.Content, error) {
		return file.Content{
			Reader: strings.NewReader(video), Type: "video/mp4", Modified: time.Unix(1e9, 0), ETag: `"video"`, Inline: true,
		}, nil
	})
}
