package tenon

import (
	"fmt"
	"maps"
	"slices"

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
			for _, callback := range op.Callbacks {
				if hasTag(&openapi.Document{Paths: callback}, tag) {
					return true
				}
			}
		}
	}
	return false
}

// uniqueIDs returns an error for an operation ID that two operations have, and for a path that is nil.
func uniqueIDs(doc *openapi.Document) error {
	seen := make(map[string]string)
	for _, path := range slices.Sorted(maps.Keys(doc.Paths)) {
		if doc.Paths[path] == nil {
			return fmt.Errorf("the path %s is nil: delete it from Paths", path)
		}
		for method, op := range doc.Paths[path].Operations() {
			if other, ok := seen[op.OperationID]; ok && op.OperationID != "" {
				return fmt.Errorf("%s %s has the operation ID %q of %s", method, path, op.OperationID, other)
			}
			seen[op.OperationID] = method + " " + path
		}
	}
	return nil
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
	for _, op := range slices.Concat(b.operations, b.callbacks) {
		for _, tag := range op.tags {
			used[tag] = used[tag] || !op.doc.Hidden
		}
	}
	return used
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
