package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// checkTag returns what is wrong with the text of a tag: package reflect would silently not see
// what follows a malformed pair, a key that is repeated or one that is misspelt.
func checkTag(tag string) error {
	var keys []string
	for rest := tag; ; {
		trimmed := strings.TrimLeft(rest, " ")
		if trimmed == "" {
			return nil
		}
		key, after, ok := strings.Cut(trimmed, ":")
		apart := len(keys) == 0 || len(trimmed) < len(rest)
		if !ok || !apart || !isKey(key) || !strings.HasPrefix(after, `"`) {
			return malformed(trimmed, keys)
		}
		quoted, err := strconv.QuotedPrefix(after)
		if err != nil {
			return malformed(trimmed, keys)
		}
		if slices.Contains(keys, key) {
			return fmt.Errorf("key %q occurs twice in the tag: the second is invisible", key)
		}
		for _, own := range longKeys {
			if edits(key, own) == 1 && !slices.Contains(longKeys, key) {
				return fmt.Errorf("key %q in the tag, did you mean %s?", key, own)
			}
		}
		keys = append(keys, key)
		rest = after[len(quoted):]
	}
}

// isKey reports whether package reflect reads s as a key; a comma in it is taken for a misplaced
// separator.
func isKey(s string) bool {
	bad := func(r rune) bool { return r <= ' ' || r == '"' || r == ',' || r == 0x7f }
	return s != "" && !strings.ContainsFunc(s, bad)
}

// malformed says from where on a tag is lost, and why.
func malformed(rest string, keys []string) error {
	hint := `pairs are written key:"value" with one space between them`
	if strings.Contains(rest, `\`) {
		hint = "a backslash in a tag needs another one, or put the rule into a method Check() string"
	}
	after := ""
	if len(keys) > 0 {
		after = " after " + keys[len(keys)-1]
	}
	return fmt.Errorf("malformed tag%s, so that the rest is invisible: %s", after, hint)
}

// suggest returns a hint at the one of names that name was probably meant to be, or "": one that
// differs in case only, or by at most two letters.
func suggest(name string, names []string) string {
	best, least := "", 3
	for _, n := range names {
		if d := edits(strings.ToLower(name), strings.ToLower(n)); d < least && d < min(len(name), len(n))/2+1 {
			best, least = n, d
		}
	}
	if best == "" {
		return ""
	}
	return ", did you mean " + best + "?"
}

// edits is the number of characters to insert, delete, replace or swap with their neighbour to
// make b of a.
func edits(a, b string) int {
	before, last := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range len(a) {
		row := make([]int, len(b)+1)
		row[0] = i + 1
		for j := range len(b) {
			replace := last[j]
			if a[i] != b[j] {
				replace++
			}
			row[j+1] = min(replace, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}
