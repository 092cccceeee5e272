/** Style sheet of the reports: light and dark as the reader has it, one column on a phone, plain on paper. `off` stands on the root until the
 *  script runs: what needs it shows only then. */
export const style = `
:root{color-scheme:light dark;--text:#1b1f24;--muted:#57606a;--line:#d0d7de;--back:#fff;--panel:#f6f8fa;--good:#1a6e32;--bad:#b3261e;--warn:#7a4d00;--odd:#6b2fa0;--mark:#0a58ca;--soft:#e7eef8}
@media(prefers-color-scheme:dark){:root{--text:#e6edf3;--muted:#9aa5b1;--line:#3a424c;--back:#0f141a;--panel:#181f27;--good:#5bd07f;--bad:#ff8a80;--warn:#f0c060;--odd:#cfa6ff;--mark:#7fb2ff;--soft:#1d2a3a}}
*{box-sizing:border-box}
html{scroll-padding-top:1rem}
body{margin:0;background:var(--back);color:var(--text);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main,header.page,footer{max-width:80rem;margin:0 auto;padding:0 1rem}
header.page{padding-top:1.25rem}
.brand{margin:0;color:var(--muted);font-weight:600;font-size:.875rem;letter-spacing:.03em}
h1{font-size:1.6rem;line-height:1.25;margin:0 0 .25rem;overflow-wrap:anywhere}
h2{font-size:1.3rem;line-height:1.3;margin:2.25rem 0 .5rem;overflow-wrap:anywhere}
h3{font-size:1.05rem;margin:1.75rem 0 .25rem;overflow-wrap:anywhere}
h4,h5{font-size:1rem;margin:1rem 0 .1rem;overflow-wrap:anywhere}
h2 .muted,h3 .muted{font-weight:400}
:is(h2,main):focus{outline:none}
p{margin:.4rem 0;overflow-wrap:anywhere}
a{color:var(--mark)}
code,pre{font:.875em/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
.skip{position:absolute;left:-999rem}
.skip:focus{left:1rem;top:.5rem;background:var(--back);padding:.5rem;z-index:2}
:focus-visible{outline:3px solid var(--mark);outline-offset:2px}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.off .js{display:none!important}
:root:not(.off) .no-js{display:none}
[hidden]{display:none!important}
nav{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;margin:.75rem 0;padding-bottom:.5rem;border-bottom:1px solid var(--line)}
nav a{padding:.25rem 0}
nav a[aria-current]{color:inherit;font-weight:600;text-decoration-thickness:3px;text-underline-offset:.35rem}
.good{color:var(--good)}.bad{color:var(--bad)}.warn{color:var(--warn)}.odd{color:var(--odd)}.muted{color:var(--muted)}
.badge{display:inline-block;padding:0 .55rem;border:1.5px solid currentColor;border-radius:1rem;font-weight:600;font-size:.8125rem;line-height:1.6;white-space:nowrap}
.tag{display:inline-block;padding:0 .4rem;border:1px solid var(--line);border-radius:.3rem;font-size:.8125rem;color:var(--muted);white-space:nowrap}
.note{border-left:4px solid var(--mark);background:var(--panel);padding:.5rem .75rem;border-radius:0 .3rem .3rem 0}
.lead{font-weight:600}
.share{display:flex;gap:2px;height:.75rem;margin:.75rem 0 .5rem;border-radius:.4rem;overflow:hidden}
.share span{background:currentColor;min-width:4px;print-color-adjust:exact}
ul.verdicts{display:flex;flex-wrap:wrap;gap:.5rem 2rem;list-style:none;margin:0 0 1rem;padding:0}
.verdicts a{display:flex;align-items:center;gap:.5rem;text-decoration:none;color:inherit}
.verdicts a:hover .figure{text-decoration:underline}
.figure{font-size:1.75rem;font-weight:700;line-height:1.2;font-variant-numeric:tabular-nums}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(14rem,1fr));gap:.75rem}
.tile{border:1px solid var(--line);border-radius:.5rem;background:var(--panel);padding:.75rem 1rem}
.tile h3{font-size:.875rem;margin:0 0 .25rem;color:var(--muted)}
.tile p{margin:.1rem 0}.tile strong{font-size:1.15rem}
.tile ul{margin:.2rem 0;padding-left:1.1rem}
.filters{display:grid;grid-template-columns:repeat(auto-fit,minmax(8.5rem,1fr));gap:.5rem .75rem;align-items:end;margin:.5rem 0}
.filters label{font-size:.8125rem;color:var(--muted)}
.filters .text{grid-column:span 2}
.filters p{margin:0;align-self:center;color:var(--muted)}
input[type=search],select{display:block;width:100%;min-width:0;font:inherit;font-size:.9375rem;color:var(--text);background:var(--back);border:1px solid var(--muted);border-radius:.3rem;padding:.3rem .4rem;height:2.25rem}
button{font:inherit;font-size:.875rem;color:var(--text);background:var(--back);border:1px solid var(--muted);border-radius:.3rem;padding:.3rem .7rem;cursor:pointer}
.filters button{height:2.25rem}
button:hover{background:var(--soft)}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.925rem}
caption{text-align:left;color:var(--muted);padding:.25rem 0}
th,td{text-align:left;vertical-align:top;padding:.4rem .6rem;border-bottom:1px solid var(--line);overflow-wrap:anywhere}
thead th{white-space:nowrap;vertical-align:bottom;overflow-wrap:normal}
tbody th{font-weight:600}
td.number,th.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
td.text{min-width:11rem}
.fleet tbody tr:hover{background:var(--panel)}
.fleet{font-size:.9rem}
.fleet th,.fleet td{padding:.4rem .4rem;overflow-wrap:break-word}
.fleet .whole{white-space:nowrap}
.fleet tbody th{min-width:9rem;overflow-wrap:break-word}
.fleet .sub{white-space:nowrap}
.fleet thead button{border:0;background:none;padding:.1rem .2rem;margin:0 -.2rem;font-weight:600;font-size:.875rem;color:inherit}
.fleet .arrow::after{content:"\\2195";color:var(--muted);padding-left:.15rem;font-weight:400;font-size:.8em}
th[aria-sort=ascending] .arrow::after{content:"\\25B2";color:inherit;font-size:.75em}
th[aria-sort=descending] .arrow::after{content:"\\25BC";color:inherit;font-size:.75em}
.sub{display:block;color:var(--muted);font-size:.8125rem;font-weight:400}
.narrow,.phone{display:none}
time{white-space:nowrap}
dl{display:grid;grid-template-columns:minmax(8rem,max-content) 1fr;gap:.25rem 1rem;margin:.5rem 0}
dt{color:var(--muted);overflow-wrap:anywhere}
dd{margin:0;overflow-wrap:anywhere;min-width:0}
ul{padding-left:1.25rem;margin:.4rem 0}
li{overflow-wrap:anywhere}
.timeline ul{list-style:none;padding:0;margin:0}
.timeline li{display:grid;grid-template-columns:15rem 1fr;gap:0 1rem;align-items:center;padding:.35rem 0;border-bottom:1px solid var(--line)}
.timeline .dates{grid-column:2;color:var(--muted);font-size:.8125rem}
.bars{display:block;position:relative;height:.9rem}
.bars span,.axis span{position:absolute;top:0;bottom:0}
.standard{background:var(--good);print-color-adjust:exact}
.extended{background:repeating-linear-gradient(135deg,var(--warn) 0 3px,transparent 3px 7px);border:1px solid var(--warn);print-color-adjust:exact}
.now{width:3px;background:var(--text);margin-left:-1px;print-color-adjust:exact}
.bars .now{top:-.25rem!important;bottom:-.25rem!important}
.axis{overflow:hidden;position:relative;height:1.5rem;margin-left:16rem;font-size:.8125rem;color:var(--muted)}
.axis .year{border-left:1px solid var(--line);padding-left:.3rem}.axis .now{display:none}
.legend{color:var(--muted);font-size:.8125rem}
.key{display:inline-block;width:1.5rem;height:.7rem;vertical-align:baseline;margin-left:.75rem}.key:first-child{margin-left:0}.key.now{width:3px}
.changes{columns:2 24rem;column-gap:2rem}
.changes article{break-inside:avoid}.changes article{padding-bottom:.5rem}.changes h3{margin:0}
.cluster>header h2{margin-top:1rem}
dl.facts{margin:.75rem 0}
.preview{position:sticky;top:0;z-index:1;display:flex;flex-wrap:wrap;gap:.25rem 1.5rem;align-items:center;justify-content:space-between;border:1px solid var(--line);border-left:4px solid var(--mark);border-radius:.3rem;background:var(--panel);padding:.35rem .75rem;margin:1rem 0}
.preview p{margin:.2rem 0}
.buttons{display:flex;flex-wrap:wrap;gap:.4rem}
.severity,.unknown{border-top:2px solid var(--line);margin-top:1.75rem}
.severity.required{border-top-color:var(--bad)}.severity.recommended{border-top-color:var(--warn)}.unknown{border-top-color:var(--odd)}
.severity>h3,.unknown>h3,.severity>h4{margin-top:.75rem}
.check{margin:.75rem 0 1.25rem}
.meta{color:var(--muted);font-size:.8125rem;margin:.1rem 0}
ul.findings{list-style:none;padding:0;margin:.25rem 0}
.findings>li{display:flex;gap:.6rem;padding:.45rem 0;border-top:1px solid var(--line)}
.findings>li>div{min-width:0;flex:1}
.findings>li:has(>input:checked) .message{text-decoration:line-through}
.findings input{flex:none;width:1.15rem;height:1.15rem;margin:.2rem 0 0;accent-color:var(--mark)}
.message{margin:0}
.remedy{margin:.2rem 0}
.remedy .words{margin:.15rem 0;font-size:.925rem}
.command{display:flex;align-items:flex-start;gap:.4rem;margin:.2rem 0}
.command pre{flex:0 1 auto;min-width:0;margin:0;padding:.3rem .6rem;background:var(--panel);border:1px solid var(--line);border-radius:.3rem;white-space:pre-wrap}
.command button{flex:none;padding:.2rem .5rem;font-size:.8125rem}
details{margin:.3rem 0}
summary{cursor:pointer;color:var(--mark);font-size:.875rem;width:fit-content}
details dl{font-size:.875rem;padding:.25rem .75rem;background:var(--panel);border-radius:.3rem}
.drain th{width:40%;overflow-wrap:anywhere}
.drain ul{margin:0}
.pods{color:var(--muted)}
.everything>article{border-top:3px solid var(--text);margin-top:3rem}
footer{margin-top:3rem;margin-bottom:2rem;color:var(--muted);font-size:.875rem}
@media(max-width:66rem){.fleet .wide{display:none}.narrow{display:block}.fleet .narrow{white-space:normal}.timeline li{grid-template-columns:1fr}.timeline .dates{grid-column:1}.axis{margin-left:0}}
@media(max-width:40rem){body{font-size:15px}h1{font-size:1.35rem}dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.4rem}ul.verdicts{display:grid;grid-template-columns:1fr;gap:.25rem}.figure{min-width:3rem;font-size:1.4rem}.filters{grid-template-columns:1fr 1fr}th,td{padding:.35rem .35rem}td.text{min-width:6.5rem}.fleet .desk{display:none}.phone{display:block;margin:.15rem 0}.preview{position:static}.command{flex-direction:column}thead th{white-space:normal}}
@media print{:root{--text:#000;--muted:#333;--line:#999;--back:#fff;--panel:#fff;--good:#1a6e32;--bad:#b3261e;--warn:#7a4d00;--odd:#6b2fa0;--mark:#000;--soft:#fff}body{font-size:10pt}.skip,.js,nav,.filters,.no-js{display:none!important}.fleet .no-js{display:inline!important}.scroll{overflow:visible}main,header.page,footer{max-width:none;padding:0}tr,.findings>li,.tile,.timeline li{break-inside:avoid}h2,h3,h4,h5{break-after:avoid}.everything>article{break-before:page}.command pre{border:0;padding:0}a{text-decoration:none}.preview{position:static}}
`.trim();
