package tenon

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/tenonapi/tenon/openapi"
)

// Version says which version of the API operations belong to, such as v1 or 2026-11-01: letters,
// digits, dots, dashes and underscores. It does not change their paths. An application with
// versions has a document for each, with its operations and those that belong to none: beside
// /openapi.json, which has all, there is /openapi/v1.json. An operation ID is unique in each of
// these; in the document of everything, one that several versions use has the version behind it,
// as in getAnimal_v1.
func Version(name string) Option {
	return option(func(s *settings) {
		if strings.Trim(name, alphanumeric+"._-") != "" || strings.Trim(name, "._-") == "" {
			s.mistake("Version(%q): want letters, digits, dots, dashes and underscores", name)
			return
		}
		s.version = name
	})
}

// DocumentOf returns the OpenAPI document of a version, see [Version], or nil when no
// documented operation has it. It is read-only.
func (a *App) DocumentOf(version string) *openapi.Document {
	for _, d := range a.documents[1:] {
		if d.version == version {
			return d.made()
		}
	}
	return nil
}

// Versions returns the versions that operations in the document have, in the order of their
// numbers: v2 before v10.
func (a *App) Versions() []string {
	var list []string
	for _, d := range a.documents[1:] {
		list = append(list, d.version)
	}
	return list
}

// publishAll gives the application its documents: that of everything first, then those of
// the versions in their order. site is where New was called.
func (b *builder) publishAll(site string) {
	whole := b.app.cfg.documentPath()
	b.app.documents = []*published{newPublished(b.app, "", whole)}
	for _, version := range b.versions() {
		at := ""
		if whole != "" {
			ext := path.Ext(whole)
			at = strings.TrimSuffix(whole, ext) + "/" + version + ext
		}
		b.app.documents = append(b.app.documents, newPublished(b.app, version, at))
	}
	for _, d := range b.app.documents {
		if d.path == "" {
			continue
		}
		if err := b.publish(site, d); err != nil {
			b.mistake(site, "Config.Document: %v: choose another path, or \"-\" for none", err)
		}
	}
	for version := range b.app.cfg.Versions {
		if !slices.ContainsFunc(b.app.documents[1:], func(d *published) bool { return d.version == version }) {
			b.mistake(site, "Config.Versions has %q, but no operation in the document has that Version", version)
		}
	}
}

// versions returns those of all operations in the document.
func (b *builder) versions() (list []string) {
	for _, op := range b.operations {
		if op.Version != "" && !op.doc.Hidden {
			list = append(list, op.Version)
		}
	}
	slices.SortFunc(list, compareVersions)
	return slices.Compact(list)
}

// compareVersions compares names as people order them, by the numbers in them.
func compareVersions(x, y string) int {
	digits := func(s string) int { return len(s) - len(strings.TrimLeft(s, "0123456789")) }
	a, b := x, y
	for a != "" && b != "" {
		i, j := digits(a), digits(b)
		if i == 0 || j == 0 {
			if a[0] != b[0] {
				return cmp.Compare(a[0], b[0])
			}
			a, b = a[1:], b[1:]
			continue
		}
		m, n := strings.TrimLeft(a[:i], "0"), strings.TrimLeft(b[:j], "0")
		if c := cmp.Or(cmp.Compare(len(m), len(n)), strings.Compare(m, n)); c != 0 {
			return c
		}
		a, b = a[i:], b[j:]
	}
	return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(x, y))
}

// identify notes the ID of op, which is unique in each document.
func (b *builder) identify(op *operation) error {
	for _, other := range b.ids[op.ID] {
		if op.Version == other.Version || op.Version == "" || other.Version == "" {
			return fmt.Errorf("has the operation ID %q of %s %s at %s: choose another with Doc{ID: …}", op.ID, other.Method, other.Path, other.site)
		}
	}
	b.ids[op.ID] = append(b.ids[op.ID], op)
	return nil
}

// checkIDs refuses IDs that are not unique in the document of everything, once all are known.
func (b *builder) checkIDs() {
	seen := make(map[string]*operation)
	for _, op := range b.operations {
		if !slices.Contains(b.ids[op.ID], op) {
			continue // it is hidden, or was refused
		}
		id := b.idIn("", op)
		if other := seen[id]; other != nil {
			b.mistake(op.site, "%s %s: its operation ID among all versions is %q, as that of %s %s at %s: choose another with Doc{ID: …}",
				op.Method, op.Path, id, other.Method, other.Path, other.site)
		}
		seen[id] = op
	}
}

// idIn returns the ID of op in the document of a version, or of everything.
func (b *builder) idIn(version string, op *operation) string {
	if version == "" && len(b.ids[op.ID]) > 1 {
		return op.ID + "_" + op.Version
	}
	return op.ID
}

// info says what the document of a version is about: the same as that of everything, but for
// what Config.Versions has.
func (a *App) info(version string) openapi.Info {
	info := a.cfg.About.Info
	info.Title, info.Version, info.Description = a.cfg.Title, a.cfg.Version, a.cfg.Description
	if version == "" {
		return info
	}
	own := a.cfg.Versions[version]
	info.Description = cmp.Or(own.Description, info.Description)
	if d := a.deprecated(version); d != nil {
		info.Description = paragraph(info.Description, d.text(d.version()))
	}
	info.Title = cmp.Or(own.Title, info.Title+" "+version)
	info.Version = cmp.Or(own.Version, info.Version)
	info.Summary = cmp.Or(own.Summary, info.Summary)
	info.TermsOfService = cmp.Or(own.TermsOfService, info.TermsOfService)
	info.Contact = cmp.Or(own.Contact, info.Contact)
	info.License = cmp.Or(own.License, info.License)
	if own.Extensions != nil {
		info.Extensions = own.Extensions
	}
	return info
}

// deprecated returns how a version is deprecated, nil if not all of its operations are or not
// all in the same way.
func (a *App) deprecated(version string) (d *Deprecated) {
	for _, op := range a.operations {
		switch {
		case op.Version != version || op.doc.Hidden:
		case op.Deprecated == nil || d != nil && *op.Deprecated != *d:
			return nil
		default:
			d = op.Deprecated
		}
	}
	return d
}
