package tenon

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/mail"
	"net/url"
	"slices"
	"strings"

	"github.com/tenonapi/tenon/openapi"
)

// about returns the document d with what it says of the whole API.
func (a *App) about(d *published) *openapi.Document {
	from := &a.cfg.About
	doc := &openapi.Document{
		Info: a.info(d.version), Servers: slices.Clone(from.Servers), Tags: slices.Clone(from.Tags),
		Paths: make(map[string]*openapi.PathItem), Components: new(openapi.Components),
		ExternalDocs: from.ExternalDocs, Extensions: maps.Clone(from.Extensions),
	}
	if doc.Servers == nil {
		doc.Servers = servers(d.path)
	}
	return doc
}

// hasTag reports whether an operation of doc has a tag.
func hasTag(doc *openapi.Document, tag string) bool {
	for _, item := range doc.Paths {
		for _, op := range item.Operations() {
			if slices.Contains(op.Tags, tag) {
				return true
			}
		}
	}
	return false
}

// uniqueIDs returns an error for an operation ID that two operations have.
func uniqueIDs(doc *openapi.Document) error {
	seen := make(map[string]string)
	for _, path := range slices.Sorted(maps.Keys(doc.Paths)) {
		for method, op := range doc.Paths[path].Operations() {
			if other, ok := seen[op.OperationID]; ok && op.OperationID != "" {
				return fmt.Errorf("%s %s has the operation ID %q of %s", method, path, op.OperationID, other)
			}
			seen[op.OperationID] = method + " " + path
		}
	}
	return nil
}

// A docCheck collects mistakes in what users write for the document. A place is what Go calls it.
type docCheck struct{ mistakes []string }

func (c *docCheck) mistake(place, format string, args ...any) {
	c.mistakes = append(c.mistakes, place+": "+fmt.Sprintf(format, args...))
}

// checkAbout notes mistakes in Config.About, once all operations are compiled.
func (b *builder) checkAbout(site string) {
	const place = "Config.About"
	c, about := new(docCheck), &b.app.cfg.About
	if i := about.Info; i.Title != "" || i.Version != "" || i.Description != "" {
		c.mistake(place+".Info", "Title, Version and Description are fields of Config itself")
	}
	if about.OpenAPI != "" || about.JSONSchemaDialect != "" || about.Paths != nil || about.Webhooks != nil || about.Components != nil || about.Security != nil {
		c.mistake(place, "takes Info, Servers, Tags, ExternalDocs and Extensions: all else is made of the operations")
	}
	c.info(place+".Info", &about.Info)
	for _, version := range slices.Sorted(maps.Keys(b.app.cfg.Versions)) {
		info := b.app.cfg.Versions[version]
		c.info(fmt.Sprintf("Config.Versions[%q]", version), &info)
	}
	for i, s := range about.Servers {
		c.server(fmt.Sprintf("%s.Servers[%d]", place, i), &s)
	}
	c.tags(place+".Tags", about.Tags, b.usedTags())
	c.externalDocs(place+".ExternalDocs", about.ExternalDocs)
	c.extensions(place, about.Extensions)
	for _, text := range c.mistakes {
		b.mistake(site, "%s", text)
	}
}

// usedTags returns the tags of the operations in the document.
func (b *builder) usedTags() map[string]bool {
	used := make(map[string]bool)
	for _, op := range b.operations {
		for _, tag := range op.tags {
			used[tag] = used[tag] || !op.doc.Hidden
		}
	}
	return used
}

func (c *docCheck) info(place string, i *openapi.Info) {
	c.extensions(place, i.Extensions)
	c.uri(place+".TermsOfService", i.TermsOfService)
	if i.Contact != nil {
		c.uri(place+".Contact.URL", i.Contact.URL)
		if a, err := mail.ParseAddress(i.Contact.Email); i.Contact.Email != "" && (err != nil || a.Address != i.Contact.Email) {
			c.mistake(place+".Contact.Email", "%q is no address", i.Contact.Email)
		}
		c.extensions(place+".Contact", i.Contact.Extensions)
	}
	l := i.License
	if l == nil {
		return
	}
	if l.Name == "" {
		c.mistake(place+".License", "needs a Name")
	}
	if l.Identifier != "" && l.URL != "" {
		c.mistake(place+".License", "has an Identifier and a URL: want one of them")
	}
	if strings.Trim(l.Identifier, alphanumeric+" .-+():") != "" {
		c.mistake(place+".License.Identifier", "%q is no SPDX expression, such as MIT or Apache-2.0", l.Identifier)
	}
	c.uri(place+".License.URL", l.URL)
	c.extensions(place+".License", l.Extensions)
}

// server checks a server and its variables.
// Source: OpenAPI 3.1, sections "Server Object" and "Server Variable Object".
func (c *docCheck) server(place string, s *openapi.Server) {
	c.extensions(place, s.Extensions)
	address, used := s.URL, make(map[string]bool)
	for {
		before, rest, open := strings.Cut(address, "{")
		name, after, closed := strings.Cut(rest, "}")
		if !open {
			break
		}
		v, ok := s.Variables[name]
		if !closed || !ok {
			c.mistake(place+".URL", "%q has a variable %q that is not among Variables", s.URL, name)
			return
		}
		used[name], address = true, before+v.Default+after
	}
	switch u, err := url.Parse(address); {
	case s.URL == "":
		c.mistake(place, "needs a URL")
	case err != nil || strings.ContainsAny(address, " }"):
		c.mistake(place+".URL", "%q is no URL", s.URL)
	case u.RawQuery != "" || u.Fragment != "":
		c.mistake(place+".URL", "%q has a query or a fragment, behind which no path can stand", s.URL)
	case strings.HasSuffix(address, "/"):
		c.mistake(place+".URL", "%q ends with a slash: leave it out, paths begin with one", s.URL)
	}
	for _, name := range slices.Sorted(maps.Keys(s.Variables)) {
		v, at := s.Variables[name], fmt.Sprintf("%s.Variables[%q]", place, name)
		if !used[name] {
			c.mistake(at, "is not in the URL %q", s.URL)
		}
		if v.Enum != nil && !slices.Contains(v.Enum, v.Default) {
			c.mistake(at, "the Default %q is not one of %q", v.Default, v.Enum)
		}
		c.extensions(at, v.Extensions)
	}
}

// tags checks what is said about tags that operations have.
func (c *docCheck) tags(place string, tags []openapi.Tag, used map[string]bool) {
	seen := make(map[string]bool)
	for i, t := range tags {
		at := fmt.Sprintf("%s[%d]", place, i)
		switch {
		case t.Name == "":
			c.mistake(at, "needs a Name")
		case seen[t.Name]:
			c.mistake(at, "%q is described twice", t.Name)
		case !used[t.Name]:
			c.mistake(at, "no operation in the document has the tag %q, only %q", t.Name, slices.Sorted(maps.Keys(used)))
		}
		seen[t.Name] = true
		c.externalDocs(at+".ExternalDocs", t.ExternalDocs)
		c.extensions(at, t.Extensions)
	}
}

func (c *docCheck) externalDocs(place string, d *openapi.ExternalDocs) {
	if d == nil {
		return
	}
	if d.URL == "" {
		c.mistake(place, "needs a URL")
	}
	c.uri(place+".URL", d.URL)
	c.extensions(place, d.Extensions)
}

// uri checks a URI, which may be relative to the document.
func (c *docCheck) uri(place, text string) {
	if _, err := url.Parse(text); err != nil || strings.ContainsAny(text, " <>\"{}|\\^`") {
		c.mistake(place, "%q is no URI", text)
	}
}

// extensions checks members that users add.
// Source: OpenAPI 3.1, section "Specification Extensions".
func (c *docCheck) extensions(place string, ext openapi.Extensions) {
	for _, name := range slices.Sorted(maps.Keys(ext)) {
		switch {
		case !strings.HasPrefix(name, "x-"):
			c.mistake(place+".Extensions", "the name %q does not begin with x-", name)
		case !json.Valid(ext[name]):
			c.mistake(place+".Extensions", "%s is not JSON: %s", name, ext[name])
		}
	}
}

// checkDoc notes mistakes in the option Doc.
func (s *settings) checkDoc(d *Doc) {
	c := new(docCheck)
	c.externalDocs("Doc.ExternalDocs", d.ExternalDocs)
	c.extensions("Doc", d.Extensions)
	for _, text := range c.mistakes {
		s.mistake("%s", text)
	}
}
