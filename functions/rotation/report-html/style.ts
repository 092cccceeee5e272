/** Style sheet of the report: light and dark as the reader has it, one column on a phone, plain on paper. */
export const style = `
:root{color-scheme:light dark;--text:#1b1f24;--muted:#57606a;--line:#d0d7de;--back:#fff;--panel:#f6f8fa;--good:#1a6e32;--bad:#b3261e;--warn:#7a4d00;--mark:#0a58ca}
@media(prefers-color-scheme:dark){:root{--text:#e6edf3;--muted:#9aa5b1;--line:#3a424c;--back:#0f141a;--panel:#181f27;--good:#5bd07f;--bad:#ff8a80;--warn:#f0c060;--mark:#7fb2ff}}
*{box-sizing:border-box}
body{margin:0;background:var(--back);color:var(--text);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main,header{max-width:72rem;margin:0 auto;padding:0 1rem}
header{padding-top:1.5rem}
h1{font-size:1.5rem;line-height:1.25;margin:0 0 .5rem;overflow-wrap:anywhere}
h2{font-size:1.15rem;margin:2rem 0 .5rem}
h3{font-size:1rem;margin:.75rem 0 .25rem}
p{margin:.5rem 0;overflow-wrap:anywhere}
a{color:var(--mark)}
.skip{position:absolute;left:-999rem}
.skip:focus{left:1rem;top:.5rem;background:var(--back);padding:.5rem}
:focus-visible{outline:3px solid var(--mark);outline-offset:2px}
.badge{display:inline-block;padding:.1rem .6rem;border:2px solid currentColor;border-radius:1rem;font-weight:600}
.good{color:var(--good)}.bad{color:var(--bad)}.warn{color:var(--warn)}.muted{color:var(--muted)}
dl{display:grid;grid-template-columns:minmax(8rem,max-content) 1fr;gap:.25rem 1rem;margin:.5rem 0}
dt{color:var(--muted)}
dd{margin:0;overflow-wrap:anywhere}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.925rem}
caption{text-align:left;color:var(--muted);padding:.25rem 0}
th,td{text-align:left;vertical-align:top;padding:.35rem .6rem;border-bottom:1px solid var(--line)}
td{white-space:nowrap}
th{white-space:nowrap}
td.number,th.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
time{white-space:nowrap}
td.text{min-width:14rem;white-space:normal;overflow-wrap:anywhere}
.bar{display:block;height:.6rem;background:var(--mark);border-radius:.3rem;min-width:2px;margin-top:.45rem}
td.bars{min-width:8rem;width:40%}
details{border:1px solid var(--line);border-radius:.5rem;background:var(--panel);padding:.5rem .75rem;margin:.5rem 0}
summary{cursor:pointer;font-weight:600}
ul{padding-left:1.25rem;margin:.5rem 0}
li{overflow-wrap:anywhere}
footer{max-width:72rem;margin:2rem auto;padding:0 1rem;color:var(--muted);font-size:.875rem}
@media(max-width:40rem){dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.5rem}}
@media print{:root{--text:#000;--muted:#333;--line:#999;--back:#fff;--panel:#fff;--good:#000;--bad:#000;--warn:#000;--mark:#555}.skip{display:none}.scroll{overflow:visible}td,th{white-space:normal;overflow-wrap:anywhere}tr,li{break-inside:avoid}h2{break-after:avoid}.bar{print-color-adjust:exact}}
`.trim();
