// Keys that a verifier in Go's packages does not know by itself: ECDSA ones, and those that an archive
// introduces.
package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"sort"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// An ECDSA key of a signed note: type 2, its number is of the key alone.
type ecdsaVerifier struct {
	name string
	hash uint32
	key  *ecdsa.PublicKey
}

func (v ecdsaVerifier) Name() string    { return v.name }
func (v ecdsaVerifier) KeyHash() uint32 { return v.hash }
func (v ecdsaVerifier) Verify(msg, sig []byte) bool {
	digest := sha256.Sum256(msg)
	return ecdsa.VerifyASN1(v.key, digest[:], sig)
}

func newVerifier(text string) (note.Verifier, error) {
	parts := strings.SplitN(text, "+", 3)
	if len(parts) != 3 {
		return nil, fmt.Errorf("no key")
	}
	data, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(data) == 0 || data[0] != 2 {
		return note.NewVerifier(text)
	}
	parsed, err := x509.ParsePKIXPublicKey(data[1:])
	if err != nil {
		return nil, err
	}
	key, is := parsed.(*ecdsa.PublicKey)
	digest := sha256.Sum256(data[1:])
	number := binary.BigEndian.Uint32(digest[:])
	if !is || fmt.Sprintf("%08x", number) != parts[1] {
		return nil, fmt.Errorf("no ECDSA key of that number")
	}
	return ecdsaVerifier{parts[0], number, key}, nil
}

// A key, and which trees it may sign.
type period struct {
	text        string
	verifier    note.Verifier
	from, until int64
	counts      bool
}

type keyEntry struct {
	index int64
	Key   struct{ Event, Verifier string }
}

func lines(data []byte) []string {
	return strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
}

func hashesOf(lines []string) ([]tlog.Hash, error) {
	var out []tlog.Hash
	for _, line := range lines {
		data, err := base64.StdEncoding.DecodeString(line)
		if err != nil || len(data) != tlog.HashSize {
			return nil, fmt.Errorf("a line is no hash")
		}
		out = append(out, tlog.Hash(*(*[tlog.HashSize]byte)(data)))
	}
	return out, nil
}

// The entries that exchange keys, each proved to be in the tree.
func readKeyEntries(f folder, head tlog.Tree) ([]keyEntry, error) {
	text, err := f.read("keys.jsonl")
	if err != nil {
		return nil, nil // the key was never exchanged
	}
	proofs, err := f.read("keys.txt")
	if err != nil {
		return nil, err
	}
	entries := lines(text)
	blocks := strings.Split(string(proofs), "index ")[1:]
	if len(entries) != len(blocks) {
		return nil, fmt.Errorf("keys.jsonl has other entries than keys.txt")
	}
	var out []keyEntry
	for i, block := range blocks {
		rest := lines([]byte(block))
		var one keyEntry
		if one.index, err = strconv.ParseInt(rest[0], 10, 64); err != nil {
			return nil, err
		}
		proof, err := hashesOf(rest[1:])
		if err != nil {
			return nil, err
		}
		leaf := tlog.RecordHash([]byte(entries[i]))
		if err := tlog.CheckRecord(proof, head.N, head.Hash, one.index, leaf); err != nil {
			return nil, fmt.Errorf("keys.jsonl, entry %d: %v", one.index, err)
		}
		if err := json.Unmarshal([]byte(entries[i]), &one); err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	return out, nil
}

// followKeys gives the keys that may sign the checkpoint of this text, beginning with the first one.
func followKeys(f folder, first note.Verifier, text []byte) ([]note.Verifier, error) {
	blank := bytes.Index(text, []byte("\n\n"))
	if blank < 0 {
		return nil, fmt.Errorf("no signed note")
	}
	head, err := treeOf(string(text[:blank+1]), first.Name())
	if err != nil {
		return nil, err
	}
	entries, err := readKeyEntries(f, head)
	if err != nil || len(entries) == 0 {
		return []note.Verifier{first}, err
	}
	keys := []*period{{"", first, 0, math.MaxInt64, true}}
	signing := func(size int64) (out []note.Verifier) {
		for _, key := range keys {
			if key.counts && key.from <= size && size <= key.until {
				out = append(out, key.verifier)
			}
		}
		return out
	}
	next := 0
	take := func(below int64) error {
		for ; next < len(entries) && entries[next].index < below; next++ {
			entry := entries[next]
			if entry.Key.Event == "also" {
				continue
			}
			verifier, err := newVerifier(entry.Key.Verifier)
			if err != nil {
				return err
			}
			if entry.Key.Event == "introduce" {
				keys = append(keys, &period{entry.Key.Verifier, verifier, entry.index + 1, math.MaxInt64, false})
				continue
			}
			for _, key := range keys {
				if key.verifier.KeyHash() == verifier.KeyHash() {
					key.until = entry.index
				}
			}
		}
		return nil
	}
	var sizes []int64
	for _, name := range f.list("vouching/") {
		size, err := strconv.ParseInt(name, 10, 64)
		if err != nil {
			return nil, err
		}
		sizes = append(sizes, size)
	}
	sort.Slice(sizes, func(i, j int) bool { return sizes[i] < sizes[j] })
	for _, size := range sizes {
		if err := take(size); err != nil {
			return nil, err
		}
		name := strconv.FormatInt(size, 10)
		signed, err := f.read("vouching/" + name)
		if err != nil {
			return nil, err
		}
		tree, err := openCheckpoint(signed, signing(size)...)
		if err != nil || tree.N != size {
			return nil, fmt.Errorf("vouching/%s: %v", name, err)
		}
		text, err := f.read("continued/" + name)
		if err != nil {
			return nil, err
		}
		proof, err := hashesOf(lines(text)[4:])
		if err != nil {
			return nil, err
		}
		if err := tlog.CheckTree(proof, head.N, head.Hash, size, tree.Hash); err != nil {
			return nil, fmt.Errorf("continued/%s: %v", name, err)
		}
		for _, key := range keys {
			key.counts = key.counts || key.from <= size
		}
	}
	if err := take(math.MaxInt64); err != nil {
		return nil, err
	}
	if len(signing(head.N)) == 0 {
		return nil, fmt.Errorf("no key that counts may sign the checkpoint")
	}
	return signing(head.N), nil
}
