package local

import "yitang/internal/wechat"

// The templates of the fictional account: what is told, and the reminder that
// somebody agrees to each time.
const (
	ProgressTemplate = "demo-progress"
	ReminderTemplate = "demo-reminder"
)

// Templates are the fictional account's.
var Templates = []Template{
	{ID: ProgressTemplate, Title: "办理进度提醒", Keywords: []Keyword{{"thing1", "事项"}, {"thing2", "提示"}, {"time3", "时间"}}},
	{ID: ReminderTemplate, Title: "到场提醒", Keywords: []Keyword{{"thing1", "事项"}, {"time2", "时间"}}, Subscription: true},
}

// App is the fictional account, spoken to at an address of this machine.
func App(api string) wechat.App {
	return wechat.App{ID: "wxyitangdemo000001", Secret: "fictional-secret", Token: "fictional-token", AESKey: "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
		API: api, JS: api + jsPath, Told: wechat.Template{ID: ProgressTemplate, Subject: "thing1", Text: "thing2", Time: "time3"}, Reminder: wechat.Template{ID: ReminderTemplate, Subject: "thing1", Time: "time2"},
		Mini: wechat.MiniProgram{ID: "wxyitangdemo000002", Secret: "fictional-mini-secret"}}
}
