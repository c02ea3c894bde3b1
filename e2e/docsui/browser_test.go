package docsui_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/tenonapi/tenon/e2e/internal/node"
	"github.com/tenonapi/tenon/internal/assert"
)

// patience bounds each wait for a page; nothing takes nearly as long.
const patience = 20 * time.Second

// A browser is a process of Chromium. What its pages, their workers and other windows ask
// of hosts other than this machine comes to a proxy, which notes and refuses it.
type browser struct {
	ctx context.Context

	mu      sync.Mutex
	outside []string
}

// ofBrowser are hosts that Chromium asks whatever page it shows, in spite of all flags
// against it. A page that did would be seen by its tab.
var ofBrowser = regexp.MustCompile(`\.(google|googleapis|gvt1)\.com(:|$)`)

// newBrowser starts one for the test.
func newBrowser(t *testing.T) *browser {
	t.Helper()
	b := new(browser)
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b.mu.Lock()
		defer b.mu.Unlock()
		if !ofBrowser.MatchString(r.Host) {
			b.outside = append(b.outside, r.Method+" "+r.Host+r.URL.Path)
		}
		w.WriteHeader(http.StatusBadGateway)
	}))
	t.Cleanup(proxy.Close)
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.ExecPath(node.Need(t, "chromium")), chromedp.ProxyServer(proxy.URL), chromedp.DisableGPU, chromedp.WindowSize(1280, 1000),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-popup-blocking", false),
	)
	if os.Getuid() == 0 {
		options = append(options, chromedp.NoSandbox) // root has none
	}
	allocator, end := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(end)
	ctx, end := chromedp.NewContext(allocator)
	t.Cleanup(end)
	assert.NoError(t, chromedp.Run(ctx))
	b.ctx = ctx
	t.Cleanup(func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		assert.Equal(t, b.outside, nil, "requests that leave the machine")
	})
	return b
}

// hasPages waits until so many pages are open.
func (b *browser) hasPages(t *testing.T, count int) {
	t.Helper()
	deadline := time.After(patience)
	for {
		targets, err := chromedp.Targets(b.ctx)
		assert.NoError(t, err)
		pages := 0
		for _, info := range targets {
			if info.Type == "page" && info.URL != "about:blank" {
				pages++
			}
		}
		if pages == count {
			return
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-deadline:
			t.Fatalf("%d pages are open, want %d", pages, count)
		}
	}
}

// A tab is a page of a browser, and what went on in it.
type tab struct {
	t   *testing.T
	ctx context.Context

	mu       sync.Mutex
	requests []string // URLs
	problems []string // errors on the console, among them violations of the policy
}

// open opens a page. When the test ends, the page must have asked its own origin only, or
// one of others, and there must be no error on its console.
func (b *browser) open(t *testing.T, url string, others ...string) *tab {
	t.Helper()
	ctx, end := chromedp.NewContext(b.ctx)
	t.Cleanup(end)
	p := &tab{t: t, ctx: ctx}
	chromedp.ListenTarget(ctx, p.note)
	t.Cleanup(func() { p.check(append(others, origin(url))) })
	assert.NoError(t, chromedp.Run(ctx)) // the page lives as long as this context
	p.run(network.Enable(), log.Enable(), page.BringToFront(), chromedp.Navigate(url))
	return p
}

func (p *tab) note(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		p.requests = append(p.requests, e.Request.URL)
	case *log.EventEntryAdded:
		if e.Entry.Level == log.LevelError || e.Entry.Level == log.LevelWarning {
			p.problems = append(p.problems, e.Entry.Text+" "+e.Entry.URL)
		}
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.APITypeError {
			p.problems = append(p.problems, fmt.Sprintf("%s %s", e.Args[0].Value, e.Args[0].Description))
		}
	case *runtime.EventExceptionThrown:
		p.problems = append(p.problems, e.ExceptionDetails.Error())
	}
}

func (p *tab) check(origins []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	assert.Equal(p.t, p.problems, nil, "on the console")
	if len(p.requests) == 0 {
		p.t.Error("the page has made no request")
	}
	for _, url := range p.requests {
		if scheme, _, _ := strings.Cut(url, ":"); scheme != "data" && scheme != "blob" && !slices.Contains(origins, origin(url)) {
			p.t.Errorf("the page has made a request to %s", url)
		}
	}
}

// origin returns scheme, host and port of url.
func origin(url string) string {
	scheme, rest, _ := strings.Cut(url, "://")
	host, _, _ := strings.Cut(rest, "/")
	return scheme + "://" + host
}

// run does something in the page. What the page shows when that fails is kept.
func (p *tab) run(actions ...chromedp.Action) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if err := chromedp.Run(ctx, actions...); err != nil {
		p.t.Errorf("%T: %v", actions[0], err)
		p.picture("failed")
		p.t.FailNow()
	}
}

// sees waits until the page shows text.
func (p *tab) sees(text string) {
	p.t.Helper()
	p.until(fmt.Sprintf("document.body.innerText.includes(%q)", text))
}

// until waits until an expression of JavaScript is true.
func (p *tab) until(expression string) {
	p.t.Helper()
	p.run(chromedp.Poll(expression, nil, chromedp.WithPollingInterval(50*time.Millisecond), chromedp.WithPollingTimeout(patience)))
}

// click waits for an element, a path of XPath or a selector of CSS, and clicks it.
func (p *tab) click(element string) {
	p.t.Helper()
	p.run(chromedp.Click(element, chromedp.BySearch, chromedp.NodeVisible))
}

// write writes text into an element, found as by click.
func (p *tab) write(element, text string) {
	p.t.Helper()
	p.run(chromedp.SendKeys(element, text, chromedp.BySearch, chromedp.NodeVisible))
}

// try sends a request for an operation from Swagger UI.
func (p *tab) try(operation string, parameters map[string]string) {
	p.t.Helper()
	block := "//div[contains(@id, '" + operation + "')]"
	p.click(block + "//button[contains(@class, 'opblock-summary-control')]")
	p.click(block + "//button[contains(@class, 'try-out__btn')]")
	for name, value := range parameters {
		p.write(block+"//input[@placeholder='"+name+"']", value)
	}
	p.click(block + "//button[contains(@class, 'execute')]")
}

// picture keeps what the page shows, for go test -artifacts.
func (p *tab) picture(name string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	var png []byte
	if err := chromedp.Run(ctx, chromedp.CaptureScreenshot(&png)); err != nil {
		p.t.Error(err)
		return
	}
	assert.NoError(p.t, os.WriteFile(filepath.Join(p.t.ArtifactDir(), name+".png"), png, 0o644))
}
