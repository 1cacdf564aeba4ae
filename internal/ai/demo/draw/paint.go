package draw

import (
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"math"
	"math/rand/v2"
	"strings"
	"sync"

	"github.com/HugoSmits86/nativewebp"
	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

// The palette: a gradient, tones of the shapes, and the two colours of the lettering. A
// picture of 80 colours is drawn and packed far faster than one of millions.
const (
	gradient = 64
	tones    = 8
	dark     = gradient + tones
	light    = dark + 1
)

var encoders = map[string]func(io.Writer, *image.Paletted) error{
	"png": func(w io.Writer, m *image.Paletted) error {
		return (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(w, m)
	},
	"jpeg": func(w io.Writer, m *image.Paletted) error {
		return jpeg.Encode(w, ycbcr(m), &jpeg.Options{Quality: 80})
	},
	"webp": func(w io.Writer, m *image.Paletted) error { return nativewebp.Encode(w, m, nil) },
}

// typeface is read once; faces are made for each picture, because they are not safe to share.
var typeface = sync.OnceValues(func() (*opentype.Font, error) { return opentype.Parse(gobold.TTF) })

func paint(w, h int, prompt string, seed uint64) *image.Paletted {
	p := rand.New(rand.NewPCG(seed, 0)) //nolint:gosec // the same picture for the same prompt
	m := image.NewPaletted(image.Rect(0, 0, w, h), colours(p.IntN(360)))
	for y := range h {
		fill(m.Pix[y*m.Stride:][:w], uint8(y*gradient/h))
	}
	for i := range 7 {
		tone := uint8(gradient + i%tones)
		r := h/10 + p.IntN(h/4)
		x, y := p.IntN(w), p.IntN(h)
		if p.IntN(3) == 0 {
			box(m, x-r, y-r/2, x+r, y+r/2, tone)
		} else {
			circle(m, x, y, r, tone)
		}
	}
	band := h / 4
	box(m, 0, h-band, w, h, dark)
	letter(m, "DEMO PICTURE", w/24, h-band+band*2/5, float64(band)/4)
	letter(m, strings.Join(strings.Fields(prompt), " "), w/24, h-band+band*3/4, float64(band)/6)
	return m
}

// colours makes the palette around a hue.
func colours(hue int) color.Palette {
	out := make(color.Palette, 0, light+1)
	for i := range gradient {
		out = append(out, hsv(float64(hue)+float64(i)*.8, .45, .55+.4*float64(i)/gradient))
	}
	for i := range tones {
		out = append(out, hsv(float64(hue)+150+float64(i)*18, .5, .6+.04*float64(i)))
	}
	return append(out, color.RGBA{24, 26, 34, 255}, color.RGBA{250, 250, 250, 255})
}

func hsv(h, s, v float64) color.RGBA {
	at := func(n float64) uint8 {
		k := math.Mod(n+h/60, 6)
		return uint8(255 * (v - v*s*max(0, min(k, 4-k, 1))))
	}
	return color.RGBA{at(5), at(3), at(1), 255}
}

func fill(row []uint8, v uint8) {
	for i := range row {
		row[i] = v
	}
}

func box(m *image.Paletted, x0, y0, x1, y1 int, tone uint8) {
	r := image.Rect(x0, y0, x1, y1).Intersect(m.Rect)
	for y := r.Min.Y; y < r.Max.Y; y++ {
		fill(m.Pix[y*m.Stride+r.Min.X:][:r.Dx()], tone)
	}
}

func circle(m *image.Paletted, cx, cy, r int, tone uint8) {
	for y := -r; y <= r; y++ {
		half := int(math.Sqrt(float64(r*r - y*y)))
		box(m, cx-half, cy+y, cx+half, cy+y+1, tone)
	}
}

// letter writes a line from x on its baseline y, shortened to the picture's width.
func letter(m *image.Paletted, text string, x, y int, size float64) {
	f, err := typeface()
	if err != nil {
		panic("demo: the built-in typeface can't be read: " + err.Error())
	}
	face, err := opentype.NewFace(f, &opentype.FaceOptions{Size: size, DPI: 72})
	if err != nil {
		panic("demo: " + err.Error())
	}
	width := m.Rect.Dx() - 2*x
	r := []rune(text)
	r = r[:min(len(r), 200)]
	line := string(r)
	for len(r) > 1 && font.MeasureString(face, line).Ceil() > width {
		r = r[:len(r)-1]
		line = strings.TrimRight(string(r), " ") + "…"
	}
	dot := fixed.P(x, y)
	for _, c := range line {
		box, mask, at, advance, ok := face.Glyph(dot, c)
		if ok {
			stamp(m, box.Intersect(m.Rect), mask, at.Add(box.Intersect(m.Rect).Min.Sub(box.Min)))
		}
		dot.X += advance
	}
}

// stamp sets the pixels that a glyph covers by half and more.
func stamp(m *image.Paletted, r image.Rectangle, mask image.Image, at image.Point) {
	for y := range r.Dy() {
		for x := range r.Dx() {
			if _, _, _, a := mask.At(at.X+x, at.Y+y).RGBA(); a >= 0x8000 {
				m.Pix[(r.Min.Y+y)*m.Stride+r.Min.X+x] = light
			}
		}
	}
}

// ycbcr turns the picture into what JPEG stores, by way of its palette.
func ycbcr(m *image.Paletted) *image.YCbCr {
	w, h := m.Rect.Dx(), m.Rect.Dy()
	out := image.NewYCbCr(m.Rect, image.YCbCrSubsampleRatio420)
	var table [256][3]uint8
	for i, c := range m.Palette {
		r, g, b, _ := c.RGBA()
		table[i][0], table[i][1], table[i][2] = color.RGBToYCbCr(uint8(r>>8), uint8(g>>8), uint8(b>>8))
	}
	for y := range h {
		row := m.Pix[y*m.Stride:][:w]
		for x, v := range row {
			out.Y[y*out.YStride+x] = table[v][0]
		}
		if y%2 == 0 {
			for x := 0; x < w; x += 2 {
				c := table[row[x]]
				out.Cb[y/2*out.CStride+x/2], out.Cr[y/2*out.CStride+x/2] = c[1], c[2]
			}
		}
	}
	return out
}
