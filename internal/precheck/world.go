package precheck

import (
	"fmt"
	"reflect"
	"strings"
	"time"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/money"
)

// world teaches CEL the types of a case: fields by the case file's names, and
// facts that follow from them (methods without arguments) beside them. Days
// become timestamps and decimal numbers text. What is absent has the zero value
// of its type, through absent objects too, so that no rule fails on it; has()
// tells.
//
// It isn't ext.NativeTypes because that would show days as objects that can't
// be compared, and would stop at the first absent object.
type world struct {
	*types.Registry
	byName map[string]*objectType
	byGo   map[reflect.Type]*objectType
}

type objectType struct {
	name   string
	cel    *types.Type
	names  []string
	fields map[string]*types.FieldType
}

var (
	dateType    = reflect.TypeFor[calendar.Date]()
	localType   = reflect.TypeFor[calendar.LocalTime]()
	decimalType = reflect.TypeFor[money.Decimal]()
)

func newWorld(roots ...reflect.Type) *world {
	w := &world{Registry: types.NewEmptyRegistry(), byName: map[string]*objectType{}, byGo: map[reflect.Type]*objectType{}}
	for _, t := range roots {
		w.celType(t)
	}
	return w
}

// celType gives the CEL type of a Go type, and learns it if it is a new struct;
// nil if rules have no use for it.
func (w *world) celType(t reflect.Type) *types.Type {
	switch {
	case t == dateType, t == localType:
		return types.TimestampType
	case t == decimalType:
		return types.StringType
	}
	switch t.Kind() {
	case reflect.String:
		return types.StringType
	case reflect.Bool:
		return types.BoolType
	case reflect.Int:
		return types.IntType
	case reflect.Slice:
		if elem := w.celType(t.Elem()); elem != nil {
			return types.NewListType(elem)
		}
	case reflect.Pointer:
		if t.Elem().Kind() == reflect.Struct || t.Elem().Kind() == reflect.Int {
			return w.celType(t.Elem())
		}
	case reflect.Struct:
		if strings.HasPrefix(t.PkgPath(), "yitang/") {
			return w.learn(t).cel
		}
	}
	return nil
}

func (w *world) learn(t reflect.Type) *objectType {
	if known, ok := w.byGo[t]; ok {
		return known
	}
	o := &objectType{name: t.Name(), cel: types.NewObjectType(t.Name()), fields: map[string]*types.FieldType{}}
	w.byGo[t], w.byName[o.name] = o, o
	for i := range t.NumField() {
		f := t.Field(i)
		if ft := w.celType(f.Type); f.IsExported() && ft != nil {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if name == "" {
				name = lower(f.Name)
			}
			o.add(name, &types.FieldType{Type: ft, IsSet: isSet(i), GetFrom: getField(i)})
		}
	}
	p := reflect.PointerTo(t)
	for i := range p.NumMethod() {
		m := p.Method(i)
		if m.Type.NumIn() != 1 || m.Type.NumOut() != 1 {
			continue
		}
		name := lower(m.Name)
		if _, taken := o.fields[name]; taken || m.Name == "String" {
			continue
		}
		if ft := w.celType(m.Type.Out(0)); ft != nil {
			o.add(name, &types.FieldType{Type: ft, IsSet: func(any) bool { return true }, GetFrom: callMethod(i)})
		}
	}
	return o
}

func (o *objectType) add(name string, f *types.FieldType) {
	o.names = append(o.names, name)
	o.fields[name] = f
}

func lower(s string) string { return strings.ToLower(s[:1]) + s[1:] }

// structOf reaches the struct behind a pointer that a rule holds.
func structOf(target any) reflect.Value { return reflect.ValueOf(target).Elem() }

func isSet(i int) func(any) bool {
	return func(target any) bool { return present(structOf(target).Field(i)) }
}

// present tells whether a fact is given: a number 0 counts only where its type
// can tell it from absence.
func present(v reflect.Value) bool {
	if z, ok := v.Interface().(interface{ IsZero() bool }); ok {
		return !z.IsZero()
	}
	if v.Kind() == reflect.Slice {
		return v.Len() > 0
	}
	return !v.IsZero()
}

func getField(i int) func(any) (any, error) {
	return func(target any) (any, error) { return plain(structOf(target).Field(i)), nil }
}

func callMethod(i int) func(any) (any, error) {
	return func(target any) (any, error) { return plain(reflect.ValueOf(target).Method(i).Call(nil)[0]), nil }
}

// plain is a Go value in the form that CEL's evaluation passes on: structs as
// pointers, absent ones as pointers to empty ones.
func plain(v reflect.Value) any {
	switch v.Kind() {
	case reflect.Pointer:
		if v.Type().Elem().Kind() == reflect.Struct {
			if v.IsNil() {
				return reflect.New(v.Type().Elem()).Interface()
			}
			return v.Interface()
		}
		if v.IsNil() {
			return types.IntZero
		}
		return types.Int(v.Elem().Int())
	case reflect.String:
		return types.String(v.String())
	case reflect.Bool:
		return types.Bool(v.Bool())
	case reflect.Int:
		return types.Int(v.Int())
	case reflect.Slice:
		return sliceOf(v)
	case reflect.Struct:
		switch x := v.Interface().(type) {
		case calendar.Date:
			return timestamp(x)
		case calendar.LocalTime:
			return types.Timestamp{Time: x.In(time.UTC)}
		case money.Decimal:
			return types.String(x.String())
		}
		if v.CanAddr() {
			return v.Addr().Interface()
		}
		p := reflect.New(v.Type())
		p.Elem().Set(v)
		return p.Interface()
	}
	return nil
}

// sliceOf turns a slice into what CEL lists are made of; structs are pointed at,
// not copied.
func sliceOf(v reflect.Value) any {
	out := make([]any, v.Len())
	for i := range out {
		out[i] = plain(v.Index(i))
	}
	return out
}

// timestamp is a day as CEL sees it: midnight in UTC.
func timestamp(d calendar.Date) types.Timestamp {
	return types.Timestamp{Time: time.Date(d.Year(), d.Month(), d.Day(), 0, 0, 0, 0, time.UTC)}
}

// noDay is what an absent day becomes.
var noDay = timestamp(calendar.Date{})

// day is the way back.
func day(v ref.Val) calendar.Date {
	t, ok := v.(types.Timestamp)
	if !ok || t.Equal(noDay) == types.True {
		return calendar.Date{}
	}
	return calendar.On(t.Year(), t.Month(), t.Day())
}

// The provider's half: what CEL asks when it checks an expression.

func (w *world) FindStructType(name string) (*types.Type, bool) {
	if o, ok := w.byName[name]; ok {
		return types.NewTypeTypeWithParam(o.cel), true
	}
	return w.Registry.FindStructType(name)
}

func (w *world) FindStructFieldNames(name string) ([]string, bool) {
	if o, ok := w.byName[name]; ok {
		return o.names, true
	}
	return w.Registry.FindStructFieldNames(name)
}

func (w *world) FindStructFieldType(name, field string) (*types.FieldType, bool) {
	if o, ok := w.byName[name]; ok {
		f, known := o.fields[field]
		return f, known
	}
	return w.Registry.FindStructFieldType(name, field)
}

// NewValue refuses: rules read cases, they don't make them.
func (w *world) NewValue(name string, _ map[string]ref.Val) ref.Val {
	return types.NewErr("a rule can't make a %s", name)
}

// NativeToValue is the adapter's half: what CEL asks for each value it meets.
func (w *world) NativeToValue(value any) ref.Val {
	switch v := value.(type) {
	case ref.Val:
		return v
	case []any:
		return types.NewDynamicList(w, v)
	case []string:
		return types.NewStringList(w, v)
	case calendar.Date:
		return timestamp(v)
	}
	v := reflect.ValueOf(value)
	if v.Kind() == reflect.Pointer && v.Type().Elem().Kind() == reflect.Struct {
		if o, known := w.byGo[v.Type().Elem()]; known {
			return object{of: o, it: value}
		}
	}
	if v.Kind() == reflect.Slice {
		return types.NewDynamicList(w, sliceOf(v))
	}
	if v.Kind() == reflect.Struct {
		return w.NativeToValue(plain(v))
	}
	return w.Registry.NativeToValue(value)
}

// object is a struct of the case inside CEL.
type object struct {
	of *objectType
	it any // pointer to the struct
}

func (o object) Value() any     { return o.it }
func (o object) Type() ref.Type { return o.of.cel }
func (o object) Equal(other ref.Val) ref.Val {
	p, ok := other.(object)
	return types.Bool(ok && reflect.DeepEqual(o.it, p.it))
}

func (o object) ConvertToNative(t reflect.Type) (any, error) {
	if v := reflect.ValueOf(o.it); v.Type().AssignableTo(t) {
		return o.it, nil
	}
	return nil, fmt.Errorf("a %s isn't a %s", o.of.name, t)
}

func (o object) ConvertToType(t ref.Type) ref.Val {
	switch t.TypeName() {
	case o.of.name:
		return o
	case types.TypeType.TypeName():
		return o.of.cel
	}
	return types.NewErr("a %s can't become a %s", o.of.name, t.TypeName())
}

func objectOf[T any](v ref.Val) *T {
	p, _ := v.Value().(*T)
	if p == nil {
		return new(T)
	}
	return p
}

// caseOf is the case that a function of a rule is handed.
func caseOf(v ref.Val) *dossier.Case { return objectOf[dossier.Case](v) }
