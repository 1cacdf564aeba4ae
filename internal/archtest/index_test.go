package archtest

import (
	"bytes"
	"go/ast"
	"go/doc"
	"go/printer"
	"go/token"
	"path"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// index knows what the code declares, by folder.
type index map[string]*folder

type folder struct {
	doc   string
	names map[string]bool // Name, Type.Method, Type.Field; tests left out
	types map[string]*ast.StructType
	files []*source
}

func newIndex(all []*source) index {
	x := index{}
	for _, s := range all {
		f := x[s.dir()]
		if f == nil {
			f = &folder{names: map[string]bool{}, types: map[string]*ast.StructType{}}
			x[s.dir()] = f
		}
		if s.test() {
			continue
		}
		f.files = append(f.files, s)
		if s.file.Doc != nil {
			f.doc = new(doc.Package).Synopsis(s.file.Doc.Text())
		}
		for _, d := range s.file.Decls {
			f.declare(d)
		}
	}
	return x
}

func (f *folder) declare(d ast.Decl) {
	if fn, ok := d.(*ast.FuncDecl); ok {
		name := fn.Name.Name
		if fn.Recv != nil {
			name = receiver(fn.Recv.List[0].Type) + "." + name
		}
		f.names[name] = true
		return
	}
	for _, sp := range d.(*ast.GenDecl).Specs {
		switch sp := sp.(type) {
		case *ast.ValueSpec:
			for _, n := range sp.Names {
				f.names[n.Name] = true
			}
		case *ast.TypeSpec:
			f.names[sp.Name.Name] = true
			f.members(sp.Name.Name, sp.Type)
		}
	}
}

func (f *folder) members(name string, t ast.Expr) {
	var list *ast.FieldList
	switch t := t.(type) {
	case *ast.StructType:
		list, f.types[name] = t.Fields, t
	case *ast.InterfaceType:
		list = t.Methods
	default:
		return
	}
	for _, field := range list.List {
		for _, n := range field.Names {
			f.names[name+"."+n.Name] = true
		}
	}
}

func receiver(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.StarExpr:
		return receiver(e.X)
	case *ast.IndexExpr:
		return receiver(e.X)
	case *ast.Ident:
		return e.Name
	}
	return ""
}

// find gives the folders that a short name such as table/embedded or credit stands for.
func (x index) find(short string) (out []string) {
	for dir := range x {
		if dir == short || strings.HasSuffix(dir, "/"+short) {
			out = append(out, dir)
		}
	}
	slices.Sort(out)
	return out
}

func (x index) has(short, name string) bool {
	return slices.ContainsFunc(x.find(short), func(dir string) bool { return x[dir].names[name] })
}

// field is a field as JSON shows it.
type field struct{ json, name, typ string }

// fields are those of a struct, embedded ones in its place; what JSON hides is left out.
func (x index) fields(short, name string) (out []field) {
	for _, dir := range x.find(short) {
		st := x[dir].types[name]
		if st == nil {
			continue
		}
		for _, f := range st.Fields.List {
			typ := text(f.Type)
			if len(f.Names) == 0 {
				pkg, id, ok := strings.Cut(strings.TrimPrefix(typ, "*"), ".")
				if !ok {
					pkg, id = short, pkg
				}
				out = append(out, x.fields(pkg, id)...)
				continue
			}
			tag := ""
			if f.Tag != nil {
				raw, _ := strconv.Unquote(f.Tag.Value)
				tag, _, _ = strings.Cut(reflect.StructTag(raw).Get("json"), ",")
			}
			for _, n := range f.Names {
				if tag != "-" && tag != "" && n.IsExported() {
					out = append(out, field{tag, n.Name, typ})
				}
			}
		}
		return out
	}
	return nil
}

func text(e ast.Expr) string {
	var b bytes.Buffer
	_ = printer.Fprint(&b, token.NewFileSet(), e)
	return strings.Join(strings.Fields(b.String()), " ")
}

// handlers are the functions of routes by operation id: a named one, or the table's own.
func (x index) handlers() map[string]string {
	out := map[string]string{}
	for dir, f := range x {
		for _, s := range f.files {
			for _, d := range s.file.Decls {
				if fn, ok := d.(*ast.FuncDecl); ok && s.name("internal/httpapi")+s.file.Name.Name != s.file.Name.Name || ok && dir == "internal/httpapi" {
					routesIn(s, fn, out)
				}
			}
		}
	}
	return out
}

func routesIn(s *source, fn *ast.FuncDecl, out map[string]string) {
	table := fn.Name.Name
	if fn.Recv != nil {
		table = receiver(fn.Recv.List[0].Type) + "." + table
	}
	short := path.Base(s.dir())
	ast.Inspect(fn, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.KeyValueExpr: // ID: "get_job"
			if k, ok := n.Key.(*ast.Ident); ok && k.Name == "ID" && literal(n.Value) != "" {
				set(out, literal(n.Value), s.path+" "+short+"."+table)
			}
		case *ast.CallExpr: // spec("get_site", …)
			if id, ok := n.Fun.(*ast.Ident); ok && len(n.Args) > 0 && literal(n.Args[0]) != "" && id.Name != "string" {
				set(out, literal(n.Args[0]), s.path+" "+short+"."+table)
			}
			sel, ok := n.Fun.(*ast.SelectorExpr)
			if !ok || len(n.Args) < 2 || !slices.Contains([]string{"Route", "ListRoute", "OneRoute"}, sel.Sel.Name) {
				return true
			}
			call, ok := n.Args[0].(*ast.CallExpr)
			to, ok2 := n.Args[len(n.Args)-1].(*ast.SelectorExpr)
			if ok && ok2 && len(call.Args) > 0 && fn.Recv != nil {
				out[literal(call.Args[0])] = s.path + " " + short + "." + receiver(fn.Recv.List[0].Type) + "." + to.Sel.Name
			}
		}
		return true
	})
}

func set(m map[string]string, k, v string) {
	if m[k] == "" {
		m[k] = v
	}
}
