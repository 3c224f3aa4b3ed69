package wechat

// What people write to the account, press in its menu, or scan at the window.
const (
	Progress = "进度"
	Booking  = "预约"
	Account  = "账号"

	// Hall and Door are the words of codes: at the window, and on a screen beside
	// which somebody signs in with their phone.
	Hall = "hall"
	Door = "door"
)

// Menu is the account's: each entry is answered in the chat, so that it needs no
// address of the site.
var Menu = []Entry{{Name: "办理进度", Key: Progress}, {Name: "大厅预约", Key: Booking}, {Name: "我的账号", Key: Account}}
