package tenontest

import (
	"bytes"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
)

func TestItemsOfStreams(t *testing.T) {
	tests := []struct {
		name, mediaType, body string
		cut                   bool
		want                  string // one a line
	}{
		{"lines", "application/jsonl", "1\n\n 2\r\n3", false, "1\n2\n3"},
		{"lines that are cut off", "application/x-ndjson", "1\n2", true, "1"},
		{"sequence", "application/json-seq", "\x1e1\n\x1e2\n", false, "1\n2"},
		{"events", "text/event-stream", "data: 1\n\nevent:a\rdata: b\rdata:  c\r\rid: 7\r\nretry: 5\r\n\r\n", false,
			`{"data":"1"}` + "\n" + `{"data":"b\n c","event":"a"}` + "\n" + `{"id":"7","retry":5}`},
		{"what is no event", "text/event-stream", ": comment\n\nother: 1\n\nretry: soon\n\ndata: unfinished", false, ""},
		{"empty data", "text/event-stream", "data\n\n", false, `{"data":""}`},
		{"nothing", "application/jsonl", "", true, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			list, ok := items(tt.mediaType, []byte(tt.body), tt.cut)
			assert.Equal(t, ok, true)
			assert.Equal(t, string(bytes.Join(list, []byte("\n"))), tt.want)
		})
	}
	_, ok := items("video/mp4", nil, false)
	assert.Equal(t, ok, false)
}
