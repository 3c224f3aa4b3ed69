package passport

import (
	"context"
	"fmt"
	"net/http"

	"yitang/internal/access"
	"yitang/internal/fault"
	"yitang/internal/journal"
	room "yitang/internal/passport"
	"yitang/internal/web"
	"yitang/internal/web/ui"
)

// regionsWanted are the regions that a permit is to be endorsed for, in words.
//
// ui:keys making.region.*
func regionsWanted(ctx context.Context, o room.Order) string {
	var out []string
	for _, r := range o.Regions {
		out = append(out, ui.T(ctx, "making.region."+r.Code))
	}
	return ui.List(ctx, out)
}

// endorseForm asks for the kind of each region's endorsement, with the least
// that serves chosen; nothing when it isn't the time or isn't theirs to do.
//
// ui:keys making.stamp.*
func (p *Pages) endorseForm(r *http.Request, id string, o room.Order, version journal.Version, failed error) formView {
	ctx := r.Context()
	who := web.Who(r)
	theirs := len(o.Stamps) > 0 && o.EndorsedBy != who.Account // they are checked by this one
	if !o.MayEndorse() || theirs || !who.May(access.MakeBooklet) {
		return formView{}
	}
	beside := ui.FieldErrors(ctx, failed)
	v := formView{Action: orderURL(id) + "/endorse", Key: web.NewKey(), Seen: fmt.Sprint(int64(version)), Button: ui.Button{Text: ui.T(ctx, "making.endorse.button")}}
	for _, x := range o.Regions {
		name := "kind." + x.Code
		chosen := room.Narrowest(x, p.Journal.Today())
		for _, s := range o.Stamps {
			if s.Region == x.Code {
				chosen = s.Kind
			}
		}
		if said := r.PostFormValue(name); said != "" {
			chosen = room.StampKind(said)
		}
		f := ui.Field{Kind: ui.Select, Name: name, Label: ui.T(ctx, "making.endorse.label", "Place", ui.T(ctx, "making.region."+x.Code)),
			Hint: ui.T(ctx, "making.endorse.hint", "Times", x.Times, "Until", ui.Date(ctx, x.Until)), Error: beside[name]}
		for _, k := range room.StampKinds() {
			f.Options = append(f.Options, ui.Option{Value: string(k), Text: ui.T(ctx, "making.stamp."+string(k)), Chosen: k == chosen})
		}
		v.Fields = append(v.Fields, f)
	}
	return v
}

func (p *Pages) postEndorse(w http.ResponseWriter, r *http.Request) {
	o, _, err := p.order(r.Context(), r.PathValue("order"))
	if err == nil {
		cmd := room.Endorse{Kinds: map[string]room.StampKind{}}
		for _, x := range o.Regions {
			cmd.Kinds[x.Code] = room.StampKind(r.PostFormValue("kind." + x.Code))
		}
		err = p.give(r, cmd)
	}
	if fault.Findings(err) != nil {
		p.showOrder(w, r, err)
		return
	}
	p.Site.Answer(w, r, err, orderURL(r.PathValue("order")))
}
