// SPDX-License-Identifier: Apache-2.0
// The look of the report, and the one line of script that opens every fold before printing in browsers whose style
// sheets cannot.
#include "vesica/report/html_parts.h"

namespace vesica {

// Colours: ink on white 17:1, soft text 7:1, links 6.7:1 (WCAG 2.1 AA asks 4.5:1). No '<' or '&': the page is XML too.
const std::string_view kReportStyle = R"css(
:root { --ink: #1a1a1a; --soft: #575757; --rule: #d4d4d4; --link: #005a8c; --warn: #b34700;
  --sans: "Helvetica Neue", Helvetica, Arial, "Liberation Sans", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "WenQuanYi Micro Hei", sans-serif;
  --serif: Charter, "Bitstream Charter", "Source Serif 4", Cambria, Georgia, "Liberation Serif", "Noto Serif CJK SC", "Songti SC", "WenQuanYi Micro Hei", serif;
  --mono: ui-monospace, Consolas, "Liberation Mono", "DejaVu Sans Mono", monospace; }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-behavior: auto; }
body { margin: 0; background: #ffffff; color: var(--ink); font: 17px/1.6 var(--serif); overflow-wrap: break-word;
  font-variant-numeric: lining-nums; }
:lang(zh) body, body:lang(zh) { font-family: var(--sans); }
.page { max-width: 50rem; margin: 0 auto; padding: 0 1.5rem 4rem; }
h1, h2, h3, h4, nav, table, summary, figcaption, .kicker, .meta, dt, .label, footer, .id { font-family: var(--sans); }
h1 { font-size: 2rem; line-height: 1.2; font-weight: 700; margin: .35rem 0 .8rem; letter-spacing: -.012em; }
h2 { font-size: 1.32rem; line-height: 1.3; margin: 3.6rem 0 1.1rem; padding-top: .9rem; border-top: 2px solid var(--ink); }
h3 { font-size: 1.08rem; line-height: 1.35; margin: 2.4rem 0 .6rem; }
h4 { font-size: .92rem; margin: 1.6rem 0 .4rem; }
p { margin: 0 0 .9rem; }
a { color: var(--link); text-decoration: underline; text-decoration-thickness: 1px; text-underline-offset: 2px; }
a:focus-visible, summary:focus-visible, .scroll:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -999rem; }
.skip:focus { left: 1rem; top: 1rem; background: #ffffff; padding: .4rem .8rem; }
header { padding-top: 2.6rem; }
.kicker { font-size: .8rem; letter-spacing: .09em; text-transform: uppercase; color: var(--soft); margin: 0; }
.question { font-size: 1.16rem; line-height: 1.5; }
.meta { font-size: .85rem; line-height: 1.6; color: var(--soft); margin: 0; }
nav { font-size: .85rem; margin: 1.5rem 0 0; padding: .6rem 0; border-top: 1px solid var(--rule); border-bottom: 1px solid var(--rule); }
nav ul { list-style: none; margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: .2rem 1.3rem; }
nav a { text-decoration: none; display: inline-block; padding: .15rem 0; }
nav a:hover { text-decoration: underline; }
dl.five { margin: 0; }
dl.five > div { display: grid; grid-template-columns: 15rem 1fr; gap: .2rem 1.8rem; padding: .85rem 0; border-bottom: 1px solid var(--rule); }
dl.five > div:first-child { padding-top: 0; }
dl.five dt { font-weight: 700; font-size: .9rem; line-height: 1.45; padding-top: .15rem; }
dl.five dd { margin: 0; min-width: 0; }
dl.five dd > :last-child { margin-bottom: 0; }
dd ul { margin: 0; padding-left: 1.1rem; }
dd li, .plain li { margin-bottom: .3rem; }
.plain { padding-left: 1.2rem; margin: 0 0 .9rem; }
.answer { font-size: 1.06rem; }
.soft { color: var(--soft); }
.small { font-size: .88rem; line-height: 1.55; }
.definition { color: var(--soft); font-size: .9rem; line-height: 1.5; }
.note { border-left: 3px solid var(--warn); padding: .1rem 0 .1rem .9rem; margin: 0 0 .9rem; font-size: .92rem; line-height: 1.55; }
.remark { border-left-color: var(--rule); }
.note p { margin: 0 0 .3rem; }
.note .hint { color: var(--soft); }
figure { margin: 1.8rem 0; }
figure svg { display: block; height: auto; max-width: 100%; }
figure.single svg { width: 100%; max-width: 34rem; }
figure.double svg { width: 100%; min-width: 33rem; }
figcaption { font-size: .82rem; line-height: 1.5; margin-top: .6rem; max-width: 44rem; }
figcaption b { font-weight: 700; }
.files { color: var(--soft); white-space: nowrap; }
.scroll { overflow-x: auto; margin: 0 0 1.3rem; -webkit-overflow-scrolling: touch;
  background: linear-gradient(to left, #ffffff 2rem, transparent) right / 3.5rem 100% no-repeat local, linear-gradient(to left, #c4c4c4, transparent) right / .8rem 100% no-repeat scroll; }
figure .scroll { margin: 0; background: none; }
table { border-collapse: collapse; font-size: .82rem; line-height: 1.4; width: 100%; border-top: 1.5px solid var(--ink); border-bottom: 1.5px solid var(--ink); font-variant-numeric: tabular-nums lining-nums; }
caption { text-align: left; font-weight: 700; padding: 0 0 .45rem; caption-side: top; }
th, td { text-align: left; vertical-align: top; padding: .38rem .9rem .38rem 0; }
th:last-child, td:last-child { padding-right: 0; }
thead th { font-weight: 700; vertical-align: bottom; border-bottom: 1px solid var(--ink); }
tbody th { font-weight: 400; min-width: 7.5rem; }
tbody tr + tr > * { border-top: 1px solid #ebebeb; }
th.number, td.number { text-align: right; white-space: nowrap; }
.id { display: block; font: .68rem/1.3 var(--mono); color: var(--soft); white-space: nowrap; }
.sub { display: block; font-size: .92em; color: var(--soft); white-space: normal; }
.inline { display: inline; }
details { border-bottom: 1px solid var(--rule); }
details.first { border-top: 1px solid var(--rule); }
summary { cursor: pointer; padding: .7rem 0; font-size: .92rem; line-height: 1.45; }
summary .name { font-weight: 700; margin-right: .8rem; }
summary .key { color: var(--soft); }
details > .inside { padding: .2rem 0 1.2rem; }
details details { border: 0; }
details details summary { padding: .35rem 0; font-size: .85rem; }
pre { margin: 0 0 .9rem; line-height: 1.5; white-space: pre-wrap; }
code { font-family: var(--mono); font-size: .85em; overflow-wrap: anywhere; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 0 2rem; align-items: start; }
.pair figure { margin: .8rem 0; min-width: 0; }
.pair figure:first-child:not(:nth-last-child(-n+2)) { grid-row: span 2; }
footer { margin-top: 4rem; padding-top: .9rem; border-top: 1px solid var(--rule); font-size: .8rem; color: var(--soft); }
.sheet { display: flex; flex-wrap: wrap; gap: 1rem; }
.sheet > p { width: 100%; margin: 0; font-size: .85rem; }
.shot { margin: 0; width: 15rem; max-width: 100%; }
.shot a { display: block; position: relative; }
.shot img { display: block; width: 100%; height: auto; }
.shot .bar { position: absolute; inset: 0; width: 100%; height: 100%; }
.shot .bar text { font: 600 15px var(--sans); fill: #ffffff; stroke: #000000; stroke-width: 3px; paint-order: stroke; }
.shot figcaption { font-size: .78rem; line-height: 1.4; margin: .3rem 0 0; }
@media (min-width: 64rem) {
  main > section > figure.double { width: min(70rem, 100vw - 5rem); margin-left: calc((100% - min(70rem, 100vw - 5rem)) / 2); }
}
@media (max-width: 40rem) {
  .shot { width: 100%; }
  body { font-size: 16px; }
  .page { padding: 0 1rem 3rem; }
  header { padding-top: 1.6rem; }
  h1 { font-size: 1.55rem; }
  h2 { margin-top: 2.8rem; }
  dl.five > div { grid-template-columns: 1fr; }
  .pair { grid-template-columns: 1fr; }
}
@page { size: A4; margin: 17mm 17mm 19mm; }
.paper { display: none; }
@media print {
  html { font-size: 12.5px; }
  body { font-size: 10pt; line-height: 1.45; }
  .page { max-width: none; padding: 0; }
  header { padding-top: 0; }
  nav, .skip, .files, .more, .screen, .bare > .inside { display: none; }
  .paper { display: block; }
  h1 { font-size: 18pt; }
  h2 { font-size: 13pt; margin-top: 9mm; }
  h3 { font-size: 10.5pt; margin-top: 6mm; }
  h2, h3, h4, h3 + .soft, details > .inside > p:first-child, summary, caption { break-after: avoid; }
  p, li { orphans: 3; widows: 3; }
  a { color: inherit; text-decoration: none; }
  figure, dl.five > div, .note, tr { break-inside: avoid; }
  figure { margin: 5mm 0; }
  figure.single svg { width: 118mm; }
  .pair figure.single svg { width: 84mm; }
  figure.double svg { width: 174mm; min-width: 0; max-width: 100%; }
  figure svg { max-height: 215mm; }
  thead { display: table-header-group; }
  .scroll { overflow: visible; background: none; }
  table { font-size: 7.6pt; }
  th, td { padding: 1mm 2.4mm 1mm 0; overflow-wrap: break-word; }
  td code { overflow-wrap: anywhere; }
  th.number, td.number { white-space: normal; }
  tbody th { min-width: 0; }
  .id { font-size: 5.6pt; white-space: normal; overflow-wrap: anywhere; }
  details::details-content { content-visibility: visible; display: block; height: auto; }
  summary { list-style: none; }
}
)css";

const std::string_view kReportScript =
    "addEventListener('beforeprint', function () { document.querySelectorAll('details').forEach(function (d) { "
    "d.open = true; }); });";

}  // namespace vesica
