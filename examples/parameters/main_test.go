package main

import (
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/tenontest"
)

func TestParameters(t *testing.T) {
	app, err := newApp()
	assert.NoError(t, err)
	c := tenontest.New(t, app)
	tests := []struct {
		target string
		header []string
		status int
		want   string
	}{
		{"/items", nil, 200, `{"order":"name","tags":[],"languages":[],"theme":"light"}`},
		{"/items?tag=a&tag=b&order=price", []string{"Accept-Language: de, en", "Cookie: theme=dark"}, 200,
			`{"order":"price","tags":["a","b"],"languages":["de","en"],"theme":"dark"}`},
		{"/items?low=5&high=2", nil, 422, `"type":"bounds","loc":["query","high"]`},
		{"/items?lo=5", nil, 422, `"type":"extra_forbidden","loc":["query","lo"]`},
		{"/search", nil, 200, `{"from":0,"labels":{},"ids":[],"sort":[]}`},
		{"/search?price[ge]=100&label[color]=red&ids=1,2&sort=[{%22field%22:%22price%22,%22down%22:true}]", nil, 200,
			`{"from":100,"labels":{"color":"red"},"ids":[1,2],"sort":[{"field":"price","down":true}]}`},
		{"/search?price[ge]=x&ids=1,y&sort=[{}]", nil, 422, `"loc":["query","price","ge"]`},
		{"/search?ids=1,y", nil, 422, `"loc":["query","ids",1]`},
		{"/search?sort=[{%22field%22:%22x%22,%22down%22:true}]", nil, 422, `"loc":["query","sort",0,"field"]`},
		{"/search?price[ge]=5&price[le]=4", nil, 422, `"loc":["query","price"]`},
		{"/files/docs/a.txt", nil, 200, `"hello"`},
		{"/files/docs/b.txt", nil, 404, `"file_not_found"`},
		{"/files//etc/passwd", nil, 422, `"loc":["path","path"]`},
		{"/files/docs/%2e%2e/a.txt", nil, 404, `"not_found"`},
	}
	for _, tt := range tests {
		r := c.Do("GET", tt.target, "", tt.header...)
		assert.Equal(t, r.Status, tt.status, tt.target)
		assert.Contains(t, string(r.Body), tt.want)
	}
}
