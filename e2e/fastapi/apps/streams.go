package apps

import (
	"context"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/sse"
)

func streams() []App {
	return []App{
		{Name: "stream_data_tutorial001", Routes: streamData},
		{Name: "stream_json_lines_tutorial001", Routes: streamJSONLines},
		{Name: "server_sent_events_tutorial001", Routes: serverSentEvents001},
		{Name: "server_sent_events_tutorial003", Routes: serverSentEvents003},
		{Name: "server_sent_events_tutorial004", Routes: serverSentEvents004},
		{Name: "t_sse", Routes: sseTest},
		{Name: "t_sse_default_app_app", Routes: func(r *tenon.Router) { tenon.Get(r, "/api/stream", itemEvents) }},
		{Name: "t_stream_bare_type", Routes: streamBareType},
		{Name: "t_stream_status_code", Routes: streamStatusCode},
	}
}

// A described item is what most streams have.
type described struct {
	Name        string  `json:"name"`
	Description *string `json:"description"`
}

var describedItems = []described{
	{"Plumbus", new("A multi-purpose household device.")},
	{"Portal Gun", new("A portal opening device.")},
	{"Meeseeks Box", new("A box that summons a Meeseeks.")},
}

// lines yields items, one a line.
func lines[T any](items ...T) tenon.Lines[T] {
	return func(yield func(T, error) bool) {
		for _, item := range items {
			if !yield(item, nil) {
				return
			}
		}
	}
}

// events yields events.
func events[T any](list ...sse.Event[T]) sse.Stream[T] {
	return func(yield func(sse.Event[T], error) bool) {
		for _, e := range list {
			if !yield(e, nil) {
				return
			}
		}
	}
}

func itemEvents(context.Context, *struct{}) (sse.Stream[described], error) {
	var list []sse.Event[described]
	for _, item := range describedItems {
		list = append(list, sse.Event[described]{Data: item})
	}
	return events(list...), nil
}

func streamData(r *tenon.Router) {
	const message = `
Rick: (stumbles in drunkenly, and turns on the lights) Morty! You gotta come on. You got--... you gotta come with me.
Morty: (rubs his eyes) What, Rick? What's going on?
Rick: I got a surprise for you, Morty.
Morty: It's the middle of the night. What are you talking about?
Rick: (spills alcohol on Morty's bed) Come on, I got a surprise for you. (drags Morty by the ankle) Come on, hurry up. (pulls Morty out of his bed and into the hall)
Morty: Ow! Ow! You're tugging me too hard!
Rick: We gotta go, gotta get outta here, come on. Got a surprise for you Morty.
`
	type story struct {
		Body io.Reader `content:"text/plain"`
	}
	for _, name := range []string{"", "-no-async", "-no-annotation", "-no-async-no-annotation", "-bytes", "-no-async-bytes", "-no-annotation-bytes", "-no-async-no-annotation-bytes"} {
		tenon.Get(r, "/story/stream"+name, func(context.Context, *struct{}) (story, error) {
			return story{strings.NewReader(strings.ReplaceAll(message, "\n", ""))}, nil
		})
	}
}

func streamJSONLines(r *tenon.Router) {
	for _, name := range []string{"", "-no-async", "-no-annotation", "-no-async-no-annotation"} {
		tenon.Get(r, "/items/stream"+name, func(context.Context, *struct{}) (tenon.Lines[described], error) {
			return lines(describedItems...), nil
		})
	}
}

func serverSentEvents001(r *tenon.Router) {
	for _, name := range []string{"", "-no-async", "-no-annotation", "-no-async-no-annotation"} {
		tenon.Get(r, "/items/stream"+name, itemEvents)
	}
}

func serverSentEvents003(r *tenon.Router) {
	tenon.Get(r, "/logs/stream", func(context.Context, *struct{}) (sse.Stream[sse.Text], error) {
		return events(
			sse.Event[sse.Text]{Data: "2025-01-01 INFO  Application started"},
			sse.Event[sse.Text]{Data: "2025-01-01 DEBUG Connected to database"},
			sse.Event[sse.Text]{Data: "2025-01-01 WARN  High memory usage detected"},
		), nil
	})
}

func serverSentEvents004(r *tenon.Router) {
	type Item struct {
		Name  string  `json:"name"`
		Price float64 `json:"price"`
	}
	items := []Item{{"Plumbus", 32.99}, {"Portal Gun", 999.99}, {"Meeseeks Box", 49.99}}
	tenon.Get(r, "/items/stream", func(_ context.Context, in *struct {
		LastEventID *int `header:"Last-Event-ID"`
	}) (sse.Stream[Item], error) {
		start := 0
		if in.LastEventID != nil {
			start = *in.LastEventID + 1
		}
		var list []sse.Event[Item]
		for i := max(start, 0); i < len(items); i++ {
			list = append(list, sse.Event[Item]{Data: items[i], ID: strconv.Itoa(i)})
		}
		return events(list...), nil
	})
}

func sseTest(r *tenon.Router) {
	for _, name := range []string{"", "-sync", "-no-annotation", "-sync-no-annotation", "-dict"} {
		tenon.Get(r, "/items/stream"+name, itemEvents)
	}
	tenon.Post(r, "/items/stream-post", itemEvents)
	tenon.Get(r, "/api/events-typed", itemEvents)
	tenon.Get(r, "/items/stream-sse-event", func(context.Context, *struct{}) (sse.Stream[any], error) {
		return events(
			sse.Event[any]{Data: "hello", Type: "greeting", ID: "1"},
			sse.Event[any]{Data: object{"key": "value"}, Type: "json-data", ID: "2"},
			sse.Event[any]{Comment: "just a comment", NoData: true},
			sse.Event[any]{Data: "retry-test", Retry: 5 * time.Second},
		), nil
	})
	tenon.Get(r, "/items/stream-mixed", func(context.Context, *struct{}) (sse.Stream[any], error) {
		var list []sse.Event[any]
		for _, item := range describedItems {
			list = append(list, sse.Event[any]{Data: item})
		}
		return events(append(list, sse.Event[any]{Data: "custom-event", Type: "special"}, list[1])...), nil
	})
	tenon.Get(r, "/items/stream-string", func(context.Context, *struct{}) (sse.Stream[string], error) {
		return events(sse.Event[string]{Data: "plain text data"}), nil
	})
	tenon.Get(r, "/items/stream-raw", func(context.Context, *struct{}) (sse.Stream[sse.Text], error) {
		return events(
			sse.Event[sse.Text]{Data: "plain text without quotes"},
			sse.Event[sse.Text]{Data: "<div>html fragment</div>", Type: "html"},
			sse.Event[sse.Text]{Data: "cpu,87.3,1709145600", Type: "csv"},
		), nil
	})
	tenon.Get(r, "/api/events", func(context.Context, *struct{}) (sse.Stream[map[string]string], error) {
		return events(
			sse.Event[map[string]string]{Data: map[string]string{"msg": "hello"}},
			sse.Event[map[string]string]{Data: map[string]string{"msg": "world"}},
		), nil
	})
}

func streamBareType(r *tenon.Router) {
	type Item struct {
		Name     string  `json:"name"`
		Optional *string `json:"optional,omitempty"`
	}
	for path, name := range map[string]string{"/items/stream-bare-async": "foo", "/items/stream-bare-sync": "bar", "/api/events-jsonl": "foo"} {
		tenon.Get(r, path, func(context.Context, *struct{}) (tenon.Lines[Item], error) { return lines(Item{Name: name}), nil })
	}
}

func streamStatusCode(r *tenon.Router) {
	type Message struct {
		Message string `json:"message"`
	}
	type raw struct {
		Body io.Reader `content:"text/plain"`
	}
	for _, variant := range []struct {
		path, jsons, raw string
		status           int
	}{{"", "created", "accepted", 201}, {"-dependency", "accepted", "accepted", 202}, {"-dependency-override", "overridden", "overridden", 202}} {
		tenon.Post(r, "/sse"+variant.path, func(context.Context, *struct{}) (sse.Stream[Message], error) {
			return events(sse.Event[Message]{Data: Message{variant.jsons}}), nil
		}, tenon.Status(variant.status))
		tenon.Post(r, "/jsonl"+variant.path, func(context.Context, *struct{}) (tenon.Lines[Message], error) {
			return lines(Message{variant.jsons}), nil
		}, tenon.Status(variant.status))
		tenon.Post(r, "/raw"+variant.path, func(context.Context, *struct{}) (raw, error) {
			return raw{strings.NewReader(variant.raw)}, nil
		}, tenon.Status(variant.status))
	}
}
