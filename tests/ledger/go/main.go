// Verifies a tile log in a folder with Go's own packages and nothing of pac: the signature of the
// checkpoint, each entry against its leaf, each leaf against the signed root, proofs of inclusion,
// consistency with older checkpoints, and receipts.
//
//	verify-log KEY FOLDER [checkpoint:FILE | receipt:FILE]...
//
// FOLDER may be an evidence archive and the stream in it, FILE.zip:streams/0001: then the folder of
// the log is that member's. Where the archive says that the key was exchanged, KEY is the first one
// and keys.go follows it to the one that signed. KEY may be an ECDSA key too.
package main

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8
const width = 1 << height

// pathOf is the name of a tile in C2SP tlog-tiles, which differs from that of the Go package.
func pathOf(level string, n int64, w int) string {
	digits := fmt.Sprintf("%03d", n%1000)
	for n /= 1000; n > 0; n /= 1000 {
		digits = fmt.Sprintf("x%03d/%s", n%1000, digits)
	}
	path := "tile/" + level + "/" + digits
	if w < width {
		path += fmt.Sprintf(".p/%d", w)
	}
	return path
}

// Where the files of the log are: in a folder, or in an archive.
type folder struct {
	read func(path string) ([]byte, error)
	list func(prefix string) []string // what an archive has there
}

func open(name string) (folder, error) {
	file, inner, inArchive := strings.Cut(name, ".zip:")
	if !inArchive {
		return folder{func(path string) ([]byte, error) {
			return os.ReadFile(filepath.Join(name, path))
		}, func(string) []string { return nil }}, nil
	}
	archive, err := zip.OpenReader(file + ".zip")
	if err != nil {
		return folder{}, err
	}
	return folder{func(path string) ([]byte, error) {
		member, err := archive.Open(inner + "/" + path)
		if err != nil {
			return nil, err
		}
		defer member.Close()
		return io.ReadAll(member)
	}, func(prefix string) []string {
		var out []string
		for _, member := range archive.File {
			if strings.HasPrefix(member.Name, inner+"/"+prefix) {
				out = append(out, strings.TrimPrefix(member.Name, inner+"/"+prefix))
			}
		}
		return out
	}}, nil
}

func (f folder) Height() int { return height }

func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var out [][]byte
	for _, t := range tiles {
		data, err := f.read(pathOf(strconv.Itoa(t.L), t.N, t.W))
		if err != nil && t.W < width {
			// A partial tile may be gone where the full one is there.
			data, err = f.read(pathOf(strconv.Itoa(t.L), t.N, width))
		}
		if err != nil {
			return nil, err
		}
		if len(data) < t.W*tlog.HashSize {
			return nil, fmt.Errorf("tile %v is too short", t)
		}
		out = append(out, data[:t.W*tlog.HashSize])
	}
	return out, nil
}

func (f folder) SaveTiles([]tlog.Tile, [][]byte) {}

func (f folder) entries(n int64, w int) ([][]byte, error) {
	data, err := f.read(pathOf("entries", n, w))
	if err != nil {
		return nil, err
	}
	var out [][]byte
	for len(data) > 0 {
		if len(data) < 2 || len(data)-2 < int(binary.BigEndian.Uint16(data)) {
			return nil, fmt.Errorf("bundle %d ends within an entry", n)
		}
		end := 2 + int(binary.BigEndian.Uint16(data))
		out = append(out, data[2:end])
		data = data[end:]
	}
	if len(out) != w {
		return nil, fmt.Errorf("bundle %d has %d entries where %d are wanted", n, len(out), w)
	}
	return out, nil
}

// One of the verifiers must have signed; all of them have the name of the log.
func openCheckpoint(text []byte, verifiers ...note.Verifier) (tlog.Tree, error) {
	opened, err := note.Open(text, note.VerifierList(verifiers...))
	if err != nil {
		return tlog.Tree{}, err
	}
	return treeOf(opened.Text, verifiers[0].Name())
}

func treeOf(text, name string) (tlog.Tree, error) {
	lines := strings.Split(text, "\n")
	if len(lines) < 4 || lines[0] != name {
		return tlog.Tree{}, fmt.Errorf("the checkpoint is not of %s", name)
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, err
	}
	root, err := tlog.ParseHash(lines[2])
	return tlog.Tree{N: size, Hash: root}, err
}

func verifyEntries(f folder, tree tlog.Tree, hashes tlog.HashReader) error {
	for n := int64(0); n*width < tree.N; n++ {
		w := width
		if tree.N-n*width < width {
			w = int(tree.N - n*width)
		}
		entries, err := f.entries(n, w)
		if err != nil {
			return err
		}
		var indexes []int64
		for i := range entries {
			indexes = append(indexes, tlog.StoredHashIndex(0, n*width+int64(i)))
		}
		leaves, err := hashes.ReadHashes(indexes)
		if err != nil {
			return err
		}
		for i, entry := range entries {
			if tlog.RecordHash(entry) != leaves[i] {
				return fmt.Errorf("entry %d is not what was signed", n*width+int64(i))
			}
		}
	}
	return nil
}

func verifyProofs(tree tlog.Tree, hashes tlog.HashReader) (int, error) {
	count := 0
	step := tree.N/50 + 1
	for i := int64(0); i < tree.N; i += step {
		proof, err := tlog.ProveRecord(tree.N, i, hashes)
		if err != nil {
			return count, err
		}
		leaf, err := hashes.ReadHashes([]int64{tlog.StoredHashIndex(0, i)})
		if err != nil {
			return count, err
		}
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, i, leaf[0]); err != nil {
			return count, err
		}
		count++
	}
	return count, nil
}

func verifyOlder(file string, tree tlog.Tree, hashes tlog.HashReader, verifier note.Verifier) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	old, err := openCheckpoint(text, verifier)
	if err != nil {
		return err
	}
	proof, err := tlog.ProveTree(tree.N, old.N, hashes)
	if err != nil {
		return err
	}
	return tlog.CheckTree(proof, tree.N, tree.Hash, old.N, old.Hash)
}

func verifyReceipt(file string, f folder, verifier note.Verifier) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	blank := bytes.Index(text, []byte("\n\n"))
	lines := strings.Split(string(text[:blank+1]), "\n")
	if blank < 0 || len(lines) < 3 || lines[0] != "c2sp.org/tlog-proof@v1" {
		return fmt.Errorf("%s is no receipt", file)
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64)
	if err != nil {
		return err
	}
	var proof tlog.RecordProof
	for _, line := range lines[2 : len(lines)-1] {
		data, err := base64.StdEncoding.DecodeString(line)
		if err != nil || len(data) != tlog.HashSize {
			return fmt.Errorf("%s has a line that is no hash", file)
		}
		var hash tlog.Hash
		copy(hash[:], data)
		proof = append(proof, hash)
	}
	tree, err := openCheckpoint(text[blank+2:], verifier)
	if err != nil {
		return err
	}
	w := width
	entries, err := f.entries(index/width, w)
	if err != nil {
		head, headErr := f.read("checkpoint")
		if headErr != nil {
			return headErr
		}
		latest, headErr := openCheckpoint(head, verifier)
		if headErr != nil {
			return headErr
		}
		if entries, err = f.entries(index/width, int(latest.N%width)); err != nil {
			return err
		}
	}
	return tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(entries[index%width]))
}

func verify(key string, f folder, more []string) error {
	verifier, err := newVerifier(key)
	if err != nil {
		return err
	}
	text, err := f.read("checkpoint")
	if err != nil {
		return err
	}
	signers, err := followKeys(f, verifier, text)
	if err != nil {
		return err
	}
	tree, err := openCheckpoint(text, signers...)
	if err != nil {
		return err
	}
	hashes := tlog.TileHashReader(tree, f)
	root, err := tlog.TreeHash(tree.N, hashes)
	if err != nil {
		return err
	}
	if root != tree.Hash {
		return fmt.Errorf("the tiles have another root")
	}
	if err := verifyEntries(f, tree, hashes); err != nil {
		return err
	}
	proofs, err := verifyProofs(tree, hashes)
	if err != nil {
		return err
	}
	for _, what := range more {
		kind, file, _ := strings.Cut(what, ":")
		switch kind {
		case "checkpoint":
			err = verifyOlder(file, tree, hashes, verifier)
		case "receipt":
			err = verifyReceipt(file, f, verifier)
		default:
			err = fmt.Errorf("neither checkpoint: nor receipt:")
		}
		if err != nil {
			return fmt.Errorf("%s: %v", what, err)
		}
	}
	fmt.Printf("%d entries, %d proofs, %d other files\n", tree.N, proofs, len(more))
	return nil
}

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: verify-log KEY FOLDER [checkpoint:FILE | receipt:FILE]...")
		os.Exit(2)
	}
	log, err := open(os.Args[2])
	if err == nil {
		err = verify(os.Args[1], log, os.Args[3:])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
