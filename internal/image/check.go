// Package image checks and decodes pictures: what a file says of itself is not believed,
// its bytes are.
package image

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"runtime"

	"golang.org/x/image/webp"

	"github.com/igny8/igny8/internal/errs"
)

// Picture is a picture that was decoded to its last pixel.
type Picture struct {
	ContentType   string // "image/png", "image/jpeg", "image/webp"
	Width, Height int    // pixels
	Content       []byte // the file, as it was given
}

// maxPixels bounds the memory of decoding: 64 million pixels are 256 MB.
const maxPixels = 64 << 20

type format struct {
	contentType string
	config      func(*bytes.Reader) (image.Config, error)
	decode      func(*bytes.Reader) (image.Image, error)
}

func formatOf(b []byte) (format, bool) {
	switch {
	case bytes.HasPrefix(b, []byte("\x89PNG\r\n\x1a\n")):
		return format{"image/png",
			func(r *bytes.Reader) (image.Config, error) { return png.DecodeConfig(r) },
			func(r *bytes.Reader) (image.Image, error) { return png.Decode(r) }}, true
	case bytes.HasPrefix(b, []byte("\xff\xd8\xff")):
		return format{"image/jpeg",
			func(r *bytes.Reader) (image.Config, error) { return jpeg.DecodeConfig(r) },
			func(r *bytes.Reader) (image.Image, error) { return jpeg.Decode(r) }}, true
	case len(b) >= 12 && bytes.HasPrefix(b, []byte("RIFF")) && bytes.Equal(b[8:12], []byte("WEBP")):
		return format{"image/webp",
			func(r *bytes.Reader) (image.Config, error) { return webp.DecodeConfig(r) },
			func(r *bytes.Reader) (image.Image, error) { return webp.Decode(r) }}, true
	}
	return format{}, false
}

// TypeOf is the content type that the first bytes tell, or "" for what is no PNG, JPEG or WebP.
func TypeOf(content []byte) string {
	f, _ := formatOf(content)
	return f.contentType
}

// Check decodes a picture fully and compares it with what was asked for. wantType is a
// content type, empty for any of the three; wantW and wantH are pixels, 0 for any. Errors
// are Invalid with codes empty, wrong_type, wrong_size, corrupt. Pure: safe to repeat.
func Check(content []byte, wantType string, wantW, wantH int) (Picture, error) {
	if len(content) == 0 {
		return Picture{}, fault("empty", "the picture is empty")
	}
	f, ok := formatOf(content)
	if !ok {
		return Picture{}, fault("wrong_type", "the file is no PNG, JPEG or WebP picture")
	}
	if wantType != "" && f.contentType != wantType {
		return Picture{}, fault("wrong_type", fmt.Sprintf("the picture is %s where %s was asked for", f.contentType, wantType))
	}
	c, err := f.config(bytes.NewReader(content))
	if err != nil {
		return Picture{}, corrupt(err)
	}
	if (wantW != 0 && c.Width != wantW) || (wantH != 0 && c.Height != wantH) {
		return Picture{}, fault("wrong_size", fmt.Sprintf("the picture is %dx%d where %dx%d was asked for", c.Width, c.Height, wantW, wantH))
	}
	if c.Width < 1 || c.Height < 1 || c.Width > maxPixels/c.Height {
		return Picture{}, fault("wrong_size", fmt.Sprintf("the picture is %dx%d; at most 64 million pixels are taken", c.Width, c.Height))
	}
	if err := whole(f, content); err != nil {
		return Picture{}, corrupt(err)
	}
	return Picture{ContentType: f.contentType, Width: c.Width, Height: c.Height, Content: content}, nil
}

// decoding lets one picture a core be decoded at a time: each takes 4 bytes a pixel, and more
// side by side would not be faster.
var decoding = make(chan struct{}, runtime.GOMAXPROCS(0))

// whole tells whether the picture can be read to its last pixel.
func whole(f format, content []byte) error {
	decoding <- struct{}{}
	defer func() { <-decoding }()
	_, err := f.decode(bytes.NewReader(content))
	return err
}

func fault(code, message string) *errs.Error { return errs.New(errs.Invalid, code, message) }

func corrupt(err error) *errs.Error {
	return fault("corrupt", "the picture is damaged and can't be read to its end").With(err)
}
