package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/valyala/fasthttp"
)

func noenv(string) string { return "" }

func TestContendersKeepTheRules(t *testing.T) {
	for _, c := range contenders() {
		e, err := c.enter(jobs())
		if err != nil {
			t.Fatalf("open %s: %v", c.name, err)
		}
		for _, j := range jobs() {
			if e.jobs[j.name] == nil {
				continue
			}
			for _, r := range j.all() {
				t.Run(c.name+"/"+j.name+"/"+r.name, func(t *testing.T) {
					if err := r.check(e.jobs[j.name]); err != nil {
						t.Error(err)
					}
				})
			}
		}
	}
}

func TestHandwrittenContendersAnswerTheSameBytes(t *testing.T) {
	for _, open := range []func() (http.Handler, error){openEncodingJSON, openSonic} {
		api, err := overHTTP(open)()
		if err != nil {
			t.Fatal(err)
		}
		for _, j := range []job{postOrder(), getOrder(), listOrders(), postInvoice()} {
			if got := api.ask(j.timed.request).body; got != j.timed.want {
				t.Errorf("%s: answer %s, want %s", j.name, got, j.timed.want)
			}
		}
	}
}

func TestRunPrintsTablesAndWritesFigures(t *testing.T) {
	out := filepath.Join(t.TempDir(), "bench.json")
	getenv := func(name string) string { return map[string]string{"OUT": out}[name] }
	var stdout bytes.Buffer
	if err := run(t.Context(), []string{"--rounds", "2", "--time", "1ms"}, getenv, &stdout); err != nil {
		t.Fatal(err)
	}

	text, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]map[string]map[string]float64
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	if len(all) != len(jobs()) {
		t.Errorf("figures of %d jobs, want %d", len(all), len(jobs()))
	}
	for _, j := range jobs() {
		for _, c := range contenders() {
			f, ok := all[j.name][c.name]
			if does := j.part == nil || c.codec != nil; !does || !ok {
				if does || ok {
					t.Errorf("%s does %s: %v, is measured: %v", c.name, j.name, does, ok)
				}
				continue
			}
			_, bytes := f["bytes_per_op"]
			_, allocs := f["allocs_per_op"] // an encoder can do without
			if len(f) != 3 || f["ns_per_op"] <= 0 || !bytes || !allocs {
				t.Errorf("figures of %s on %s are %v, want ns_per_op, bytes_per_op, allocs_per_op", c.name, j.name, f)
			}
			line := `(?m)^ *` + j.name + ` +` + regexp.QuoteMeta(c.name) + `( +\d+){3}( +\d+\.\d\d){2} +\d+%$`
			if !regexp.MustCompile(line).MatchString(stdout.String()) {
				t.Errorf("no line like %s in\n%s", line, stdout.String())
			}
		}
	}
	for _, p := range probes() {
		line := `(?m)^` + regexp.QuoteMeta(p.name) + `(  +(accepts|refuses 4\d\d)){` + strconv.Itoa(len(contenders())) + `} *$`
		if !regexp.MustCompile(line).MatchString(stdout.String()) {
			t.Errorf("no line like %s in\n%s", line, stdout.String())
		}
	}
}

func TestRunMeasuresOnlyWhatIsChosen(t *testing.T) {
	var stdout bytes.Buffer
	args := []string{"--rounds=1", "--time=1ms", "--jobs=get-order", "--contenders=sonic"}
	if err := run(t.Context(), args, noenv, &stdout); err != nil {
		t.Fatal(err)
	}
	table, _, _ := strings.Cut(stdout.String(), "\n\n")
	if lines := strings.Split(table, "\n"); len(lines) != 2 || !strings.Contains(lines[1], " - ") {
		t.Errorf("want a head and one line without a ratio to encoding-json, got\n%s", table)
	}
}

func TestRunRefusesBadFlags(t *testing.T) {
	tests := []struct {
		name string
		args []string
		want string
	}{
		{"rounds 0", []string{"--rounds=0"}, "--rounds is 0"},
		{"time 0", []string{"--time=0s"}, "--time is 0s"},
		{"unknown job", []string{"--jobs=get-order,nap"}, `--jobs: unknown ["nap"]`},
		{"unknown contender", []string{"--contenders=flask"}, `--contenders: unknown ["flask"]`},
		{"argument", []string{"fast"}, `unexpected argument "fast"`},
		{"unknown flag", []string{"--fast"}, "-fast"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var stdout bytes.Buffer
			err := run(t.Context(), tt.args, noenv, &stdout)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("run(%q): error %v, want one with %q", tt.args, err, tt.want)
			}
		})
	}
}

func TestRunStopsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var stdout bytes.Buffer
	if err := run(ctx, nil, noenv, &stdout); !errors.Is(err, context.Canceled) {
		t.Errorf("run with a cancelled context: error %v, want context.Canceled", err)
	}
}

func TestCompareRefusesToTimeABrokenContender(t *testing.T) {
	good, err := openEncodingJSON()
	if err != nil {
		t.Fatal(err)
	}
	serve := func(change func(answer *httptest.ResponseRecorder)) func() (http.Handler, error) {
		return func() (http.Handler, error) {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				answer := httptest.NewRecorder()
				good.ServeHTTP(answer, r)
				change(answer)
				clear(w.Header())
				for name, values := range answer.Header() {
					w.Header()[name] = values
				}
				w.WriteHeader(answer.Code)
				w.Write(answer.Body.Bytes())
			}), nil
		}
	}
	tests := []struct {
		name string
		open func() (http.Handler, error)
		want string
	}{
		{"does not open", func() (http.Handler, error) { return nil, errors.New("no licence") }, "open broken: no licence"},
		{"accepts what is bad", serve(func(answer *httptest.ResponseRecorder) {
			if answer.Code == http.StatusUnprocessableEntity {
				answer.Code = http.StatusCreated
			}
		}), "broken: post-order: amount_cents 0: status 201, want 400 to 499"},
		{"refuses what is good", serve(func(answer *httptest.ResponseRecorder) {
			answer.Code = http.StatusTeapot
		}), "broken: post-order: amount_cents 10000000: status 418, want 201"},
		{"fails on what is bad", serve(func(answer *httptest.ResponseRecorder) {
			if answer.Code >= 400 {
				answer.Code = http.StatusInternalServerError
			}
		}), "broken: post-order: currency null: status 500, want 400 to 499"},
		{"other body", serve(func(answer *httptest.ResponseRecorder) {
			answer.Body = bytes.NewBufferString(strings.Replace(answer.Body.String(), "pending", "paid", 1))
		}), `broken: post-order: amount_cents 1: answer "{`},
		{"two bodies", serve(func(answer *httptest.ResponseRecorder) {
			answer.Body.WriteString("{}")
		}), "data after the value"},
		{"other media type", serve(func(answer *httptest.ResponseRecorder) {
			answer.Header().Set("Content-Type", "text/plain")
		}), `Content-Type "text/plain", want application/json`},
		{"no Location", serve(func(answer *httptest.ResponseRecorder) {
			answer.Header().Del("Location")
		}), `Location "", want "/v1/orders/01963b1e`},
		{"one violation of three", serve(func(answer *httptest.ResponseRecorder) {
			answer.Body = bytes.NewBufferString(strings.ReplaceAll(answer.Body.String(), `"amount_cents"`, `"?"`))
		}), `broken: post-order-invalid: the timed request: answer "{`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out := filepath.Join(t.TempDir(), "bench.json")
			cfg := config{
				contenders: append(contenders()[:1], contender{name: "broken", open: overHTTP(tt.open)}),
				jobs:       jobs(),
				rounds:     1,
				time:       time.Hour, // it would show
			}
			var stdout bytes.Buffer
			err := compare(t.Context(), cfg, out, &stdout)
			if err == nil || !strings.HasPrefix(err.Error(), "refuse to time: ") || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want a refusal with %q", err, tt.want)
			}
			if stdout.Len() > 0 {
				t.Errorf("printed %q", stdout.String())
			}
			if _, err := os.Stat(out); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("OUT was written: %v", err)
			}
		})
	}
}

func TestMeasureRefusesChangingAnswers(t *testing.T) {
	n := 0
	handler := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		n++
		w.Write(make([]byte, min(n, 2)))
	})
	_, err := measure(newSender(httpEntrance{handler}, rule{request: get("/"), status: http.StatusOK}), time.Millisecond)
	if err == nil || !strings.Contains(err.Error(), "differ in status or length") {
		t.Errorf("error %v, want one about answers that differ", err)
	}
}

func TestSenderCostsNoAllocation(t *testing.T) {
	buffer := make([]byte, 100_000)
	entrances := map[string]entrance{
		"net/http": httpEntrance{http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			n, _ := r.Body.Read(buffer)
			w.Write(buffer[:n])
		})},
		"fasthttp": fastEntrance{func(ctx *fasthttp.RequestCtx) {
			ctx.SetBody(ctx.Request.Body())
		}},
		"decode": decoding[int]{decode: func(text []byte) (int, error) { return copy(buffer, text), nil }},
		"encode": encoding[[]byte]{encode: func(v *[]byte) ([]byte, error) { return *v, nil }, value: buffer[:10]},
	}
	sizes := map[string]int{"decode": 0, "encode": 10}
	for name, e := range entrances {
		t.Run(name, func(t *testing.T) {
			s := newSender(e, rule{request: postInvoice().timed.request})
			if got := testing.AllocsPerRun(100, s.send); got != 0 {
				t.Errorf("a request costs %v allocations before its handler, want 0", got)
			}
			want, ok := sizes[name]
			if !ok {
				want = len(postInvoice().timed.request.body)
			}
			if s.wrong > 0 || s.size != want {
				t.Errorf("the answer has %d bytes, want %d; %d answers differ", s.size, want, s.wrong)
			}
		})
	}
}

func TestFastHTTPSendsEachRequestAfresh(t *testing.T) {
	handler := func(ctx *fasthttp.RequestCtx) {
		if ctx.UserValue("seen") != nil || ctx.QueryArgs().Has("seen") || len(ctx.Response.Header.Peek("Seen")) > 0 {
			ctx.SetStatusCode(http.StatusConflict)
			return
		}
		ctx.SetUserValue("seen", true)
		ctx.QueryArgs().Add("seen", "1")
		ctx.Response.Header.Set("Seen", "1")
		ctx.SetBody(ctx.QueryArgs().Peek("limit"))
	}
	r := rule{request: get(listTarget + "?limit=20"), status: http.StatusOK}
	s := newSender(fastEntrance{handler}, r)
	s.sendBatch(3)
	if s.wrong > 0 || s.size != len("20") {
		t.Errorf("%d of 3 answers differ from the first, of %d bytes", s.wrong, s.size)
	}
	if got := (fastEntrance{handler}).ask(r.request); got.status != http.StatusOK || got.body != "20" || got.header.Get("Seen") != "1" {
		t.Errorf("answer %+v, want status 200, body 20 and the header Seen", got)
	}
}

func TestMedian(t *testing.T) {
	tests := []struct {
		name     string
		measured []figure
		want     figure
	}{
		{"one", []figure{{NsPerOp: 3, BytesPerOp: 2, AllocsPerOp: 1}}, figure{NsPerOp: 3, BytesPerOp: 2, AllocsPerOp: 1}},
		{"odd", []figure{{NsPerOp: 9, BytesPerOp: 1}, {NsPerOp: 4, BytesPerOp: 7}, {NsPerOp: 5, BytesPerOp: 3}}, figure{NsPerOp: 5, BytesPerOp: 3, spread: 1}},
		{"even", []figure{{NsPerOp: 3}, {NsPerOp: 1}}, figure{NsPerOp: 2, spread: 1}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := median(tt.measured); got != tt.want {
				t.Errorf("median = %+v, want %+v", got, tt.want)
			}
		})
	}
}
