package image_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	stdimage "image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"testing"

	"github.com/HugoSmits86/nativewebp"

	"github.com/igny8/igny8/internal/errs"
	"github.com/igny8/igny8/internal/image"
)

func encoded(t *testing.T, w, h int, encode func(io.Writer, stdimage.Image) error) []byte {
	t.Helper()
	im := stdimage.NewRGBA(stdimage.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			im.SetRGBA(x, y, color.RGBA{uint8(x * y), uint8(x * 7), uint8(y * 5), 255})
		}
	}
	var b bytes.Buffer
	if err := encode(&b, im); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asPNG(w io.Writer, m stdimage.Image) error  { return png.Encode(w, m) }
func asJPEG(w io.Writer, m stdimage.Image) error { return jpeg.Encode(w, m, nil) }
func asWebP(w io.Writer, m stdimage.Image) error { return nativewebp.Encode(w, m, nil) }
func asGIF(w io.Writer, m stdimage.Image) error  { return gif.Encode(w, m, nil) }

func TestCheck(t *testing.T) {
	t.Parallel()
	p, j, wp := encoded(t, 60, 40, asPNG), encoded(t, 60, 40, asJPEG), encoded(t, 60, 40, asWebP)
	bomb := bytes.Clone(p) // a head that promises 60000 x 60000 pixels
	binary.BigEndian.PutUint32(bomb[16:], 60000)
	binary.BigEndian.PutUint32(bomb[20:], 60000)
	binary.BigEndian.PutUint32(bomb[29:], crc32.ChecksumIEEE(bomb[12:29]))
	for _, tc := range []struct {
		name    string
		content []byte
		want    string
		w, h    int
		code    string // empty: it passes
	}{
		{"png", p, "image/png", 60, 40, ""},
		{"jpeg", j, "image/jpeg", 60, 40, ""},
		{"webp", wp, "image/webp", 60, 40, ""},
		{"any type and size", wp, "", 0, 0, ""},
		{"nothing", nil, "image/png", 60, 40, "empty"},
		{"jpeg for png", j, "image/png", 60, 40, "wrong_type"},
		{"png for webp", p, "image/webp", 60, 40, "wrong_type"},
		{"gif", encoded(t, 60, 40, asGIF), "", 60, 40, "wrong_type"},
		{"a web page", []byte("<!doctype html><html>"), "image/png", 60, 40, "wrong_type"},
		{"half as wide", encoded(t, 30, 40, asPNG), "image/png", 60, 40, "wrong_size"},
		{"turned", encoded(t, 40, 60, asJPEG), "image/jpeg", 60, 40, "wrong_size"},
		{"huge", bomb, "image/png", 0, 0, "wrong_size"},
		{"half a png", p[:len(p)/2], "image/png", 60, 40, "corrupt"},
		{"half a jpeg", j[:len(j)/2], "image/jpeg", 60, 40, "corrupt"},
		{"half a webp", wp[:len(wp)/2], "image/webp", 60, 40, "corrupt"},
		{"a head alone", p[:10], "image/png", 60, 40, "corrupt"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			got, err := image.Check(tc.content, tc.want, tc.w, tc.h)
			if tc.code == "" {
				if err != nil || got.Width != 60 || got.Height != 40 || got.ContentType != image.TypeOf(tc.content) || !bytes.Equal(got.Content, tc.content) {
					t.Fatalf("%s %dx%d %v", got.ContentType, got.Width, got.Height, err)
				}
				return
			}
			if e := errs.Of(err); e == nil || e.Kind != errs.Invalid || e.Code != tc.code {
				t.Fatalf("got %v, want code %s", err, tc.code)
			}
		})
	}
}
